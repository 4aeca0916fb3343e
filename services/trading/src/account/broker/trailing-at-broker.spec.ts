import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { accountId } from "../account.fixture.ts";
import { account as decider } from "../index.ts";
import { at, begunAt, market, shows } from "./at-broker.fixture.ts";

const given = specify(decider);
const symbol = "EURUSD";
const instructionId = "i1";
const trailingStop = { distance: "0.00200", step: "0.00020" };
const bought: AccountEvent[] = [
  ...begunAt("netting"),
  {
    type: "PositionReconciled",
    data: { accountId, symbol, side: "buy", volume: "1", averagePrice: "1.39000", margin: "1390.00", before: "0" },
  },
];
const requested = (data: Partial<DataOf<AccountEvent, "ProtectionRequested">>): AccountEvent => ({
  type: "ProtectionRequested",
  data: { accountId, symbol, trailingStop, ...data },
});
const protectedAt = (data: Partial<DataOf<AccountEvent, "PositionProtected">>): AccountEvent => ({
  type: "PositionProtected",
  data: { accountId, symbol, side: "buy", trailingStop, ...data },
});
const sent: AccountEvent = {
  type: "InstructionSent",
  data: { accountId, instructionId, action: "protect", magic: "1", symbol, deadline: new Date(at).toISOString() },
};
const done: AccountCommand = {
  type: "RecordReport",
  data: {
    accountId,
    report: {
      ...{ type: "report", id: instructionId, outcome: "answered", retcode: 10_009, order: "0", deal: "0" },
      ...{ volume: "0", price: "0", detail: "" },
    },
  },
};
const accepted: AccountEvent = {
  type: "InstructionAccepted",
  data: { accountId, instructionId, retcode: 10_009, code: "DONE", detail: "" },
};
const protect: AccountCommand = {
  type: "ProtectPosition",
  data: { accountId, symbol, trailingStop: { distance: "0.00200" }, takeProfit: "1.40000" },
};
const begin = { stopLoss: "1.38948", takeProfit: "1.40000" };
const trailing = [...bought, protectedAt(begin)];
const quote = { bid: "1.39248", ask: "1.39251", timeMsc: at };
const trail: AccountCommand = { type: "TrailStop", data: { accountId, symbol, from: "1.38948", quote } };
const further = { stopLoss: "1.39048", takeProfit: "1.40000", quote };

describe("a stop that trails at a broker", () => {
  test("is asked for where it begins, and trails once the broker has set it", () => {
    given(...bought)
      .when(protect, market)
      .thenEmits(requested(begin));
    given(...bought, requested(begin), sent)
      .when(done, market)
      .thenEmits(accepted, protectedAt(begin));
  });

  test("is asked to follow the market, one thing at a time, and has followed when the broker has moved it", () => {
    given(...trailing)
      .when(trail, market)
      .thenEmits(requested(further));
    given(...trailing, requested(further))
      .when(trail, market)
      .thenEmits();
    given(...trailing, requested(further), sent)
      .when(done, market)
      .thenEmits(accepted, protectedAt(further));
  });

  test("is asked for nothing by a quote that does not lead it on, or where it stands elsewhere by now", () => {
    const back = { ...trail.data, quote: { ...quote, bid: "1.39100", ask: "1.39103" } };
    given(...trailing)
      .when({ type: "TrailStop", data: back }, market)
      .thenEmits();
    given(...trailing)
      .when({ type: "TrailStop", data: { ...trail.data, from: "1.38000" } }, market)
      .thenEmits();
  });

  test("trails on from where somebody moved it at the terminal, and not when he took it away", () => {
    const row = { symbol, volume: "1", price: "1.39000", takeProfit: "1.40000" };
    const settled = (stopLoss: string) =>
      shows({ settledSinceMsc: at + 60_000, positions: [{ ...row, stopLoss }], balance: "10000" });
    given(...trailing)
      .when(settled("1.38800"), market)
      .thenEmits(
        protectedAt({
          stopLoss: "1.38800",
          takeProfit: "1.40000",
          trailingStop: { distance: "0.002", step: "0.0002" },
        }),
      );
    given(...trailing)
      .when(settled("0"), market)
      .thenEmits({ type: "PositionProtected", data: { accountId, symbol, side: "buy", takeProfit: "1.40000" } });
  });

  test("is told anew with a position that the broker has otherwise, and trails on", () => {
    const row = { symbol, volume: "2", price: "1.39000", stopLoss: "1.38948", takeProfit: "1.40000" };
    given(...trailing)
      .when(shows({ settledSinceMsc: at + 60_000, positions: [row] }), market)
      .thenEmits(
        {
          type: "PositionReconciled",
          data: {
            ...{ accountId, symbol, side: "buy", volume: "2", averagePrice: "1.39000", margin: "2780.00", before: "1" },
          },
        },
        protectedAt({ ...begin, trailingStop: { distance: "0.002", step: "0.0002" } }),
      );
  });
});
