import { describe, expect, test } from "vitest";
import { partsOf, type TradeEvent, tradeOf } from "./trade.ts";

const at = (position: number) => new Date(Date.UTC(2026, 0, 15) + position * 1000).toISOString();
const event = (position: number, rest: Partial<TradeEvent> & Pick<TradeEvent, "kind">): TradeEvent => ({
  ...{
    account_id: "main",
    position_id: "EURUSD",
    symbol: "EURUSD",
    side: "buy",
    execution_id: null,
    volume: null,
    price: null,
  },
  ...{ profit: null, stop_loss: null, take_profit: null, trailed: false, tick_msc: null, actor: "ann" },
  ...{ at: at(position), position: String(position), revision: String(position) },
  ...rest,
});
const fill = (
  position: number,
  kind: TradeEvent["kind"],
  volume: string,
  price: string,
  profit: string | null = null,
) => event(position, { kind, volume, price, profit, execution_id: `e${position}` });
const stop = (position: number, stop_loss: string | null, rest: Partial<TradeEvent> = {}) =>
  event(position, { kind: "protected", stop_loss, ...rest });

const opened = fill(1, "opened", "0.30", "1.10000");

describe("a trade", () => {
  test("that is open tells what was entered, and at which average", () => {
    expect(tradeOf([opened, fill(2, "increased", "0.10", "1.10400")])).toEqual({
      ...{ tradeId: "1", accountId: "main", symbol: "EURUSD", side: "buy", status: "open" },
      ...{ volume: "0.4", openVolume: "0.4", entryPrice: "1.101", profit: "0.00" },
      ...{ stopMoves: 0, stopWidened: false, openedAt: at(1) },
    });
  });

  test("that was closed in parts is one: its exits are averaged, their profits added up", () => {
    const trade = tradeOf([
      opened,
      fill(2, "reduced", "0.10", "1.10300", "30.00"),
      fill(3, "closed", "0.20", "1.10600", "120.50"),
    ]);
    expect(trade).toMatchObject({ status: "closed", volume: "0.3", openVolume: "0", closedAt: at(3) });
    expect(trade).toMatchObject({ exitPrice: "1.105", profit: "150.50" });
    expect(trade).not.toHaveProperty("r");
  });

  test("is measured by its first stop: what it earned is a multiple of what it risked", () => {
    const closed = tradeOf([opened, stop(2, "1.09900"), fill(3, "closed", "0.30", "1.10250", "75.00")]);
    expect(closed).toMatchObject({ initialStop: "1.09900", initialRisk: "0.001", r: "2.5", stopMoves: 0 });
    const lost = tradeOf([opened, stop(2, "1.09900"), fill(3, "closed", "0.30", "1.09900", "-30.00")]);
    expect(lost.r).toBe("-1");
    const half = tradeOf([opened, stop(2, "1.09900"), fill(3, "reduced", "0.15", "1.10200", "30.00")]);
    expect(half).toMatchObject({ status: "open", openVolume: "0.15", r: "1" });
  });

  test("that was sold earns as the price falls, and risks as it rises", () => {
    const sold = [{ ...opened, side: "sell" as const }, stop(2, "1.10200", { side: "sell" })];
    const close = { ...fill(3, "closed", "0.30", "1.09400", "180.00"), side: "sell" as const };
    expect(tradeOf([...sold, close])).toMatchObject({ initialRisk: "0.002", r: "3" });
  });

  test("whose first stop was not at a loss has no risk to be measured by", () => {
    const trade = tradeOf([opened, stop(2, "1.10000"), fill(3, "closed", "0.30", "1.10250", "75.00")]);
    expect(trade).toMatchObject({ initialStop: "1.10000" });
    expect(trade).not.toHaveProperty("initialRisk");
    expect(trade).not.toHaveProperty("r");
  });

  test("keeps it that its stop was moved, and that it was moved away or taken off", () => {
    const after = (...stops: TradeEvent[]) => {
      const { stopMoves, stopWidened } = tradeOf([opened, stop(2, "1.09900"), ...stops]);
      return { stopMoves, stopWidened };
    };
    expect(after(stop(3, "1.09950"), stop(4, "1.10000"))).toEqual({ stopMoves: 2, stopWidened: false });
    expect(after(stop(3, "1.09800"))).toEqual({ stopMoves: 1, stopWidened: true });
    expect(after(stop(3, null))).toEqual({ stopMoves: 1, stopWidened: true });
    expect(after(stop(3, "1.09900", { take_profit: "1.20000" }))).toEqual({ stopMoves: 0, stopWidened: false });
  });

  test("whose stop follows the market was moved by nobody, until somebody takes it back", () => {
    const trailed = [stop(2, "1.09900"), stop(3, "1.10100", { trailed: true }), stop(4, "1.10200", { trailed: true })];
    expect(tradeOf([opened, ...trailed])).toMatchObject({ stopMoves: 0, stopWidened: false });
    expect(tradeOf([opened, ...trailed, stop(5, "1.10000")])).toMatchObject({ stopMoves: 1, stopWidened: true });
  });

  test("ends with its close, whatever happens to the instrument after it", () => {
    const events = [
      opened,
      fill(2, "closed", "0.30", "1.10100", "30.00"),
      stop(3, "1.00000"),
      fill(4, "closed", "1", "2", "9.00"),
    ];
    expect(tradeOf(events)).toMatchObject({ profit: "30.00", stopMoves: 0 });
    expect(tradeOf([opened, event(2, { kind: "vanished", side: null })])).toMatchObject({
      status: "vanished",
      closedAt: at(2),
    });
    expect(partsOf(events).fills.map(({ kind }) => kind)).toEqual(["opened", "closed"]);
    expect(partsOf(events).stops).toEqual([]);
  });

  test("tells each change of its stops, and by whom", () => {
    const { stops } = partsOf([
      opened,
      stop(2, "1.09900", { take_profit: "1.20000" }),
      stop(3, null, { actor: "ben" }),
    ]);
    expect(stops).toEqual([
      { stopLoss: "1.09900", takeProfit: "1.20000", trailed: false, actor: "ann", at: at(2), position: "2" },
      { trailed: false, actor: "ben", at: at(3), position: "3" },
    ]);
  });
});
