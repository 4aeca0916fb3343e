import type { TradeDetail, TradeView } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import Big from "big.js";
import { over, plus } from "../decimals.ts";

export type TradeEvent = TenantTables["trade_events"];

/** The entries and exits of a trade, as they add up. */
interface Sums {
  readonly entered: Big;
  readonly entryValue: Big;
  readonly exited: Big;
  readonly exitValue: Big;
  /** What is open, at its average price as netting accounts count it. */
  readonly open: Big;
  readonly average: Big;
  /** Earned by prices alone: volume × difference of prices. */
  readonly earned: Big;
  readonly profit: string;
}

/**
 * A trade out of its events: the first opened it, the others are those of its position until the next was opened.
 * @throws Error where there is no opening.
 */
export function tradeOf(events: readonly TradeEvent[]): Omit<TradeView, "tags"> {
  const [opening] = events;
  if (opening?.kind !== "opened") throw new Error("a trade begins with its opening");
  const { side, price, volume } = fillOf(opening);
  const end = events.find(({ kind }) => kind === "closed" || kind === "vanished");
  const own = end ? events.slice(0, events.indexOf(end) + 1) : events;
  const sums = own.reduce(added, none);
  const { initialStop, initialRisk, ...stops } = stopsOf(own, side, price);
  const r = initialRisk && sums.exited.gt(0) ? ratio(sums.earned, Big(initialRisk).times(volume)) : undefined;
  return {
    tradeId: opening.revision,
    accountId: opening.account_id,
    symbol: opening.symbol,
    side,
    status: end === undefined ? "open" : end.kind === "vanished" ? "vanished" : "closed",
    volume: sums.entered.toFixed(),
    openVolume: end === undefined ? sums.open.toFixed() : "0",
    entryPrice: over(sums.entryValue.toFixed(), sums.entered.toFixed()),
    ...(sums.exited.gt(0) && { exitPrice: over(sums.exitValue.toFixed(), sums.exited.toFixed()) }),
    profit: sums.profit,
    ...(initialStop !== undefined && { initialStop }),
    ...(initialRisk !== undefined && { initialRisk }),
    ...(r !== undefined && { r }),
    ...stops,
    openedAt: opening.at,
    ...(end && { closedAt: end.at }),
  };
}

/** The fills of a trade, and every change of its stops. */
export function partsOf(events: readonly TradeEvent[]): Pick<TradeDetail, "fills" | "stops"> {
  const end = events.findIndex(({ kind }) => kind === "closed" || kind === "vanished");
  const own = end < 0 ? events : events.slice(0, end + 1);
  return {
    fills: own.flatMap((event) => {
      const { kind, execution_id, profit, at, position } = event;
      if (!isFill(kind)) return [];
      const { volume, price } = fillOf(event);
      return [
        { kind, executionId: execution_id ?? "", volume, price, ...(profit !== null && { profit }), at, position },
      ];
    }),
    stops: own
      .filter(({ kind }) => kind === "protected")
      .map(({ stop_loss, take_profit, trailed, actor, at, position }) => ({
        ...(stop_loss !== null && { stopLoss: stop_loss }),
        ...(take_profit !== null && { takeProfit: take_profit }),
        ...{ trailed, actor, at, position },
      })),
  };
}

/** Rounded half up to four digits. */
export const ratio = (one: Big, other: Big): string => one.div(other).round(4, Big.roundHalfUp).toFixed();

const zero = Big(0);
const none: Sums = {
  ...{ entered: zero, entryValue: zero, exited: zero, exitValue: zero },
  ...{ open: zero, average: zero, earned: zero, profit: "0.00" },
};

function added(sums: Sums, event: TradeEvent): Sums {
  if (!isFill(event.kind)) return sums;
  const { side, ...fill } = fillOf(event);
  const [volume, price] = [Big(fill.volume), Big(fill.price)];
  if (event.kind === "opened" || event.kind === "increased") {
    const open = sums.open.plus(volume);
    const average = sums.average.times(sums.open).plus(price.times(volume)).div(open);
    const entryValue = sums.entryValue.plus(price.times(volume));
    return { ...sums, open, average, entryValue, entered: sums.entered.plus(volume) };
  }
  const gained = side === "buy" ? price.minus(sums.average) : sums.average.minus(price);
  return {
    ...sums,
    open: sums.open.minus(volume),
    exited: sums.exited.plus(volume),
    exitValue: sums.exitValue.plus(price.times(volume)),
    earned: sums.earned.plus(gained.times(volume)),
    profit: plus(sums.profit, event.profit ?? "0"),
  };
}

/** What became of its stop loss. One that follows the market is moved by nobody. */
function stopsOf(events: readonly TradeEvent[], side: "buy" | "sell", opened: string) {
  let initialStop: string | undefined;
  let stop: string | null = null;
  let stopMoves = 0;
  let stopWidened = false;
  for (const { kind, stop_loss: next, trailed } of events) {
    if (kind !== "protected" || next === stop) continue;
    if (initialStop !== undefined && !trailed) {
      stopMoves++;
      if (stop !== null) stopWidened ||= next === null || (side === "buy" ? Big(next).lt(stop) : Big(next).gt(stop));
    }
    initialStop ??= next ?? undefined;
    stop = next;
  }
  const risk =
    initialStop === undefined
      ? zero
      : Big(opened)
          .minus(initialStop)
          .times(side === "buy" ? 1 : -1);
  return { initialStop, initialRisk: risk.gt(0) ? risk.toFixed() : undefined, stopMoves, stopWidened };
}

const isFill = (kind: TradeEvent["kind"]) =>
  kind === "opened" || kind === "increased" || kind === "reduced" || kind === "closed";

/** What every fill has. */
function fillOf({ kind, side, volume, price }: TradeEvent) {
  if (side === null || volume === null || price === null) throw new Error(`${kind} is no fill`);
  return { side, volume, price };
}
