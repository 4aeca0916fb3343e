import { type AccountCommand, type AccountEvent, type BrokerDeal, type DataOf, magicOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { accountId } from "../account.fixture.ts";
import { account as decider } from "../index.ts";
import { at, begunAt, market, shows } from "./at-broker.fixture.ts";

const given = specify(decider);
const symbol = "EURUSD";
const order = { accountId, orderId: "o1" };
const magic = magicOf(accountId, "o1");
const deadline = new Date(at + 10_000).toISOString();
const trailing = { distance: "0.00200", step: "0.00020" };
type Placed = Partial<DataOf<AccountEvent, "OrderPlaced">>;
const placed = (change: Placed): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, symbol, side: "sell", volume: "1", kind: "trailing_stop", margin: "0.00", ...change },
});
const sent = (action: "place" | "modify", more: { readonly stopLoss?: string } = {}): AccountEvent => ({
  type: "InstructionSent",
  data: { ...order, instructionId: action, action, magic, deadline, ...more },
});
const begin = (action: "place" | "modify"): AccountCommand => ({
  type: "BeginInstruction",
  data: { ...order, instructionId: action, action, magic, deadline },
});
const accepted = (instructionId: string): AccountEvent => ({
  type: "InstructionAccepted",
  data: { accountId, instructionId, retcode: 10_009, code: "DONE", detail: "" },
});
const answered = (id: string): AccountCommand => ({
  type: "RecordReport",
  data: {
    accountId,
    report: {
      ...{ type: "report", id, outcome: "answered", retcode: 10_009, order: "4711", deal: "0" },
      ...{ volume: "1", price: "0", detail: "" },
    },
  },
});
const acknowledged: AccountEvent = { type: "OrderAcknowledged", data: { ...order, ticket: "4711" } };
const row = (price: string) => ({
  ...{ ticket: "4711", magic, name: "EURUSD.r", symbol, type: 5, volume: "1", remaining: "1", price, stopLimit: "0" },
});
const settled = { settledSinceMsc: at + 60_000 };

const sellStop = placed({ stopPrice: "1.38948", trailing });
const resting = [...begunAt("netting"), sellStop, sent("place"), accepted("place"), acknowledged];
const quote = { bid: "1.39248", ask: "1.39251", timeMsc: at };
const trail: AccountCommand = { type: "TrailOrder", data: { ...order, from: "1.38948", quote } };
const requested: AccountEvent = { type: "OrderChangeRequested", data: { ...order, stopPrice: "1.39048", quote } };
const trailed: AccountEvent = { type: "OrderTrailed", data: { ...order, stopPrice: "1.39048", quote } };

describe("an order that trails at a broker", () => {
  test("is taken, and waits at its distance from the market", () =>
    given(...begunAt("netting"))
      .when(
        {
          type: "PlaceOrder",
          data: {
            ...{ ...order, symbol, side: "sell", volume: "1", kind: "trailing_stop", timeInForce: "gtc" },
            ...{ reduceOnly: false, trailing: { distance: "0.00200" } },
          },
        },
        market,
      )
      .thenEmits(placed({ stopPrice: "1.38948", trailing, margin: "1389.48" })));

  test("is asked to follow the market, one thing at a time, and has followed when the broker says so", () => {
    given(...resting)
      .when(trail, market)
      .thenEmits(requested);
    given(...resting, requested)
      .when(trail, market)
      .thenEmits();
    given(...resting, requested, sent("modify"))
      .when(answered("modify"), market)
      .thenEmits(accepted("modify"), trailed);
  });

  test("has followed, too, when no answer came and the broker shows it there", () =>
    given(...resting, requested, sent("modify"), {
      type: "InstructionUnknown",
      data: { accountId, instructionId: "modify", detail: "" },
    })
      .when(shows({ ...settled, orders: [row("1.39048")] }), market)
      .thenEmits(
        {
          type: "InstructionResolved",
          data: { accountId, instructionId: "modify", outcome: "carried_out", evidence: "order" },
        },
        trailed,
      ));

  test("does not follow before the broker has it, nor once its stop was reached", () => {
    given(...begunAt("netting"), sellStop, sent("place"))
      .when(trail, market)
      .thenEmits();
    const part: AccountEvent = {
      type: "OrderFilled",
      data: {
        ...{ ...order, symbol, side: "sell", volume: "0.5", executionId: "mt5-1", price: "1.39", remaining: "0.5" },
      },
    };
    given(...resting, part)
      .when(trail, market)
      .thenEmits();
  });

  test("that somebody moved at the terminal trails on from there", () => {
    const moved = { ...order, volume: "1", remaining: "1", stopPrice: "1.38", margin: "0.00" };
    const shown = { distance: "0.002", step: "0.0002" };
    given(...resting)
      .when(shows({ orders: [row("1.38")] }), market)
      .thenEmits({ type: "OrderModified", data: { ...moved, trailing: shown } });
  });

  test("begins anew at another distance", () => {
    const change = { ...order, trailing: { distance: "0.00100", step: "0.00010" } };
    const anew: AccountEvent = { type: "OrderChangeRequested", data: { ...change, stopPrice: "1.39048" } };
    given(...resting)
      .when({ type: "ModifyOrder", data: change }, market)
      .thenEmits(anew);
    given(...resting, anew, sent("modify"))
      .when(answered("modify"), market)
      .thenEmits(accepted("modify"), {
        type: "OrderModified",
        data: { ...anew.data, volume: "1", remaining: "1", margin: "0.00" } as DataOf<AccountEvent, "OrderModified">,
      });
  });

  test("that was taken for ended, and that the broker shows, trails on", () => {
    const ended: AccountEvent = { type: "OrderCancelled", data: { ...order, remaining: "1", reason: "venue" } };
    const again = [...resting, ended];
    const state = again.reduce(decider.evolve, undefined as never);
    const reopened = decider.decide(shows({ orders: [row("1.38948")] }), state, market);
    expect(reopened.map(({ type }) => type)).toEqual(["OrderReopened"]);
    given(...again, ...reopened)
      .when(trail, market)
      .thenEmits(requested);
  });
});

describe("a trailing stop that comes with an order at a broker", () => {
  const trailingStop = trailing;
  const bought = placed({ side: "buy", kind: "market", trailingStop, takeProfit: "1.40000" });
  const deal: BrokerDeal = {
    ...{ ticket: "4712", order: "4711", position: "4711", magic, name: "EURUSD.r", symbol, type: 0, entry: 0 },
    ...{ volume: "1", price: "1.39151", profit: "0", commission: "0", fee: "0", swap: "0", timeMsc: at },
  };
  const told = { accountId, symbol, side: "buy", takeProfit: "1.4" } as const;
  const trails = { distance: "0.002", step: "0.0002" };
  const protectedBy = (events: readonly AccountEvent[], command: AccountCommand) =>
    decider
      .decide(command, events.reduce(decider.evolve, undefined as never), market)
      .flatMap(({ type, data }) => (type === "PositionProtected" ? [data] : []));
  const begun = [...begunAt("netting"), bought, sent("place", { stopLoss: "1.38948" })];

  test("is sent with it, where it begins: the position is protected from its first moment", () => {
    given(...begunAt("netting"), bought)
      .when(begin("place"), market)
      .thenEmits(sent("place", { stopLoss: "1.38948" }));
    expect(protectedBy([...begun, accepted("place"), acknowledged], shows({ deals: [deal] }))).toEqual([
      { ...told, stopLoss: "1.38948", trailingStop: trails },
    ]);
  });

  test("begins at its distance from what closing would get where the order waits", () => {
    const limit = placed({ side: "buy", kind: "limit", limitPrice: "1.39000", trailingStop });
    given(...begunAt("netting"), limit)
      .when(begin("place"), market)
      .thenEmits(sent("place", { stopLoss: "1.38797" }));
    const changed: AccountEvent = { type: "OrderChangeRequested", data: { ...order, limitPrice: "1.38000" } };
    given(
      ...begunAt("netting"),
      limit,
      sent("place", { stopLoss: "1.38797" }),
      accepted("place"),
      acknowledged,
      changed,
    )
      .when(begin("modify"), market)
      .thenEmits(sent("modify", { stopLoss: "1.37797" }));
  });

  test("begins with the first fill; a second one of the same order leaves it where it has come to", () => {
    const half = { ...deal, volume: "0.5" };
    const state = [...begun, accepted("place"), acknowledged];
    const first = decider.decide(shows({ deals: [half] }), state.reduce(decider.evolve, undefined as never), market);
    const second = shows({ deals: [half, { ...half, ticket: "4713" }] });
    expect(protectedBy([...state, ...first], second)).toEqual([]);
  });

  test("is where the broker shows it if it is not known as sent, and none where the broker has none", () => {
    const doubted: AccountEvent[] = [
      ...begun,
      { type: "InstructionRejected", data: { accountId, instructionId: "place", detail: "", reason: "venue" } },
    ];
    const state = doubted.reduce(decider.evolve, undefined as never);
    const filled = [...doubted, ...decider.decide(shows({ deals: [deal] }), state, market)];
    const shown = (stopLoss: string) =>
      shows({
        ...{ ...settled, deals: [deal] },
        positions: [{ symbol, volume: "1", price: "1.39151", stopLoss, takeProfit: "1.4" }],
      });
    expect(protectedBy(filled, shown("1.38948"))).toEqual([{ ...told, stopLoss: "1.38948", trailingStop: trails }]);
    expect(protectedBy(filled, shown("0"))).toEqual([told]);
  });

  test("is none of an order that only closes", () => {
    const held: AccountEvent = {
      type: "PositionReconciled",
      data: { accountId, symbol, side: "sell", volume: "2", averagePrice: "1.39", margin: "0.00", before: "0" },
    };
    expect(protectedBy([...begun, held, accepted("place"), acknowledged], shows({ deals: [deal] }))).toEqual([]);
  });
});
