import { type AccountCommand, type AccountEvent, type BrokerDeal, type DataOf, magicOf } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { accountId } from "../account.fixture.ts";
import { account as decider } from "../index.ts";
import { at, begunAt, market, shows } from "./at-broker.fixture.ts";

const given = specify(decider);
const order = { accountId, orderId: "o1" };
const magic = magicOf(accountId, "o1");
const deadline = new Date(at + 10_000).toISOString();
const instructionId = `place-${magic}`;

const begun = begunAt("netting", ["1"]);
const placed = (change: Partial<DataOf<AccountEvent, "OrderPlaced">> = {}): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, symbol: "EURUSD", side: "buy", volume: "1", kind: "market", margin: "0.00", ...change },
});
const limit = { kind: "limit", limitPrice: "1.39000" } as const;
const sent: AccountEvent = {
  type: "InstructionSent",
  data: { accountId, instructionId, action: "place", magic, deadline, orderId: "o1" },
};
const unknown: AccountEvent = { type: "InstructionUnknown", data: { accountId, instructionId, detail: "" } };
const acknowledged: AccountEvent = { type: "OrderAcknowledged", data: { ...order, ticket: "4711" } };
const accepted: AccountEvent = {
  type: "InstructionAccepted",
  data: { accountId, instructionId, retcode: 10_009, code: "DONE", detail: "" },
};
const resolved = (
  outcome: "carried_out" | "not_carried_out",
  evidence: "report" | "order" | "deal" | "absence",
): AccountEvent => ({ type: "InstructionResolved", data: { accountId, instructionId, outcome, evidence } });

const deal = (change: Partial<BrokerDeal> = {}): BrokerDeal => ({
  ...{ ticket: "4712", order: "4711", position: "4711", magic, name: "EURUSD.r", symbol: "EURUSD", type: 0, entry: 0 },
  ...{ volume: "1", price: "1.39151", profit: "0", commission: "-3.5", fee: "0", swap: "0", timeMsc: at },
  ...change,
});
const settled = { settledSinceMsc: at + 60_000 };
const report = (change: object): AccountCommand => ({
  type: "RecordReport",
  data: {
    accountId,
    report: {
      ...{ type: "report", id: instructionId, outcome: "answered", retcode: 10_009, order: "4711", deal: "4712" },
      ...{ volume: "1", price: "1.39151", detail: "" },
      ...change,
    } as DataOf<AccountCommand, "RecordReport">["report"],
  },
});
const begin: AccountCommand = {
  type: "BeginInstruction",
  data: { accountId, instructionId, action: "place", magic, deadline, orderId: "o1" },
};
const opened: AccountEvent = {
  type: "PositionOpened",
  data: {
    ...{ accountId, symbol: "EURUSD", side: "buy", executionId: "mt5-4712", volume: "1", price: "1.39151" },
    margin: "1391.51",
  },
};
const filled: AccountEvent = {
  type: "OrderFilled",
  data: {
    ...{ ...order, symbol: "EURUSD", side: "buy", volume: "1", executionId: "mt5-4712", price: "1.39151" },
    remaining: "0",
  },
};
const recorded = (change: Partial<BrokerDeal> = {}, amount = "-3.50"): AccountEvent => ({
  type: "DealRecorded",
  data: { accountId, deal: deal(change), orderId: "o1", amount },
});

describe("an order", () => {
  test("is written before it is sent, by one, once", () => {
    given(...begun, placed())
      .when(begin, market)
      .thenEmits(sent);
    given(...begun, placed(), sent)
      .when(begin, market)
      .thenRefuses("INSTRUCTION_NOT_DUE");
  });

  test("is not sent before its broker's state is known, nor after its deadline, nor when it was cancelled", () => {
    given(...begun.slice(0, 1), placed())
      .when(begin, market)
      .thenRefuses("INSTRUCTION_NOT_DUE");
    given(...begun, placed())
      .when(begin, { ...market, at: at + 10_000 })
      .thenRefuses("INSTRUCTION_NOT_DUE");
    const cancelled: AccountEvent = { type: "OrderCancelled", data: { ...order, remaining: "1", reason: "requested" } };
    given(...begun, placed(), cancelled)
      .when(begin, market)
      .thenRefuses("INSTRUCTION_NOT_DUE");
  });

  test("that the trade server takes is not filled before its deal is there", () => {
    given(...begun, placed(), sent)
      .when(report({}), market)
      .thenEmits(accepted, acknowledged);
    const known = [...begun, placed(), sent, accepted, acknowledged];
    given(...known)
      .when(shows({ deals: [deal()] }), market)
      .thenEmits(recorded(), filled, opened);
    given(...known, recorded(), filled, opened)
      .when(shows({ deals: [deal()] }), market)
      .thenEmits();
  });

  test.each([
    [10_019, "NO_MONEY"],
    [10_006, "REJECT"],
    [10_018, "MARKET_CLOSED"],
  ])("that is answered %i is rejected, with the code's name", (retcode, code) => {
    const answer = { retcode, code, detail: "no", reason: "venue" } as const;
    given(...begun, placed(), sent)
      .when(report({ retcode, order: "0", detail: "no" }), market)
      .thenEmits(
        { type: "InstructionRejected", data: { accountId, instructionId, ...answer } },
        { type: "OrderRejected", data: { ...order, remaining: "1", ...answer } },
      );
  });

  test.each([10_004, 10_012, 10_031, 12_345])("that is answered %i is not known", (retcode) => {
    const events = decider.decide(
      report({ retcode }),
      [...begun, placed(), sent].reduce(decider.evolve, undefined as never),
      market,
    );
    expect(events.map(({ type }) => type)).toEqual(["InstructionUnknown"]);
  });

  test("that is not known is resolved by its deal, found by its magic number", () =>
    given(...begun, placed(), sent, unknown)
      .when(shows({ deals: [deal()] }), market)
      .thenEmits(acknowledged, resolved("carried_out", "deal"), recorded(), filled, opened));

  test("that is not known, and that a settled state long after its deadline has not, did not come about", () => {
    const doubted = [...begun, placed(), sent, unknown];
    given(...doubted)
      .when(shows({ settledSinceMsc: at + 20_000 }), market)
      .thenEmits();
    const detail = "nothing was heard of it, and the broker has no order and no deal of it";
    given(...doubted)
      .when(shows(settled), market)
      .thenEmits(resolved("not_carried_out", "absence"), {
        type: "OrderRejected",
        data: { ...order, remaining: "1", reason: "not_found", detail },
      });
    given(...doubted)
      .when(shows({ ...settled, dealsFromMsc: at }), market)
      .thenEmits();
  });

  test("that was taken for rejected is open again when its deal comes after all", () => {
    const lost: AccountEvent = {
      type: "OrderRejected",
      data: { ...order, remaining: "1", reason: "not_found", detail: "" },
    };
    given(...begun, placed(), sent, unknown, resolved("not_carried_out", "absence"), lost)
      .when(shows({ deals: [deal()] }), market)
      .thenEmits(
        acknowledged,
        {
          type: "OrderReopened",
          data: { ...order, symbol: "EURUSD", side: "buy", kind: "market", volume: "1", remaining: "1" },
        },
        ...[recorded(), filled, opened],
      );
  });

  test("that the broker filled in part and holds no more is cancelled for the rest once that is settled", () => {
    const part = { ...deal({ volume: "0.4", commission: "0" }) };
    const known = [...begun, placed(), sent, accepted, acknowledged];
    const events = (given: readonly AccountEvent[], command: AccountCommand) =>
      decider.decide(command, given.reduce(decider.evolve, undefined as never), market);
    const first = events(known, shows({ deals: [part] }));
    expect(first.map(({ type }) => type)).toEqual(["DealRecorded", "OrderFilled", "PositionOpened"]);
    const positions = [{ symbol: "EURUSD", volume: "0.4", price: "1.39151", stopLoss: "0", takeProfit: "0" }];
    expect(events([...known, ...first], shows({ ...settled, deals: [part], positions }))).toEqual([
      { type: "OrderCancelled", data: { ...order, remaining: "0.6", reason: "unfilled" } },
    ]);
  });
});

describe("what rests at the broker", () => {
  const row = {
    ...{ ticket: "4711", magic, name: "EURUSD.r", symbol: "EURUSD", type: 2 },
    ...{ volume: "1", remaining: "1", price: "1.39", stopLimit: "0" },
  };
  const resting = [...begun, placed(limit), sent, accepted, acknowledged];

  test("is cancelled when the broker has it no more, and not when that is asked", () => {
    const asked: AccountEvent = { type: "OrderCancelRequested", data: { ...order, reason: "requested" } };
    given(...resting)
      .when({ type: "CancelOrder", data: order }, market)
      .thenEmits(asked);
    given(...resting, asked)
      .when({ type: "CancelOrder", data: order }, market)
      .thenEmits();
    given(...resting, asked)
      .when(shows(settled), market)
      .thenEmits({ type: "OrderCancelled", data: { ...order, remaining: "1", reason: "requested" } });
    given(...resting)
      .when(shows(settled), market)
      .thenEmits({ type: "OrderCancelled", data: { ...order, remaining: "1", reason: "venue" } });
  });

  test("that was not sent yet is cancelled at once", () =>
    given(...begun, placed(limit))
      .when({ type: "CancelOrder", data: order }, market)
      .thenEmits({ type: "OrderCancelled", data: { ...order, remaining: "1", reason: "requested" } }));

  test("and was moved, by whomever, stands where the broker has it", () =>
    given(...resting)
      .when(shows({ orders: [{ ...row, price: "1.385" }] }), market)
      .thenEmits({
        type: "OrderModified",
        data: { ...order, volume: "1", remaining: "1", limitPrice: "1.385", margin: "0.00" },
      }));

  test("and is a stranger's becomes an order of the account", () =>
    given(...begun)
      .when(shows({ orders: [{ ...row, magic: "0", type: 5, price: "1.3" }] }), market)
      .thenEmits({
        type: "OrderPlaced",
        data: {
          ...{ accountId, orderId: "mt5-4711", symbol: "EURUSD", side: "sell", kind: "stop", stopPrice: "1.3" },
          ...{ volume: "1", external: "4711", margin: "0.00" },
        },
      }));
});

describe("a deal", () => {
  test("of a stranger becomes an order that is filled, without a quote or an instrument", () => {
    const bare = { ...market, instrument: () => undefined, quote: () => undefined };
    const external = { ...order, orderId: "mt5-4711" };
    given(...begun)
      .when(shows({ deals: [deal({ magic: "0" })] }), bare)
      .thenEmits(
        {
          type: "OrderPlaced",
          data: {
            ...{ ...external, symbol: "EURUSD", side: "buy", volume: "1", kind: "market" },
            ...{ external: "4711", margin: "0.00" },
          },
        },
        {
          type: "DealRecorded",
          data: { accountId, deal: deal({ magic: "0" }), orderId: "mt5-4711", amount: "-3.50" },
        },
        { type: "OrderFilled", data: { ...(filled.data as object), ...external } as never },
        { type: "PositionOpened", data: { ...(opened.data as object), margin: "0.00" } as never },
      );
  });

  test("in what is no instrument of the tenant, and money that moved, change the balance alone", () => {
    const { symbol: _, ...unmapped } = deal({ magic: "0", profit: "12" });
    given(...begun)
      .when(shows({ deals: [unmapped] }), market)
      .thenEmits({ type: "DealRecorded", data: { accountId, deal: unmapped, amount: "8.50" } });
    const paidIn = deal({ type: 2, order: "0", volume: "0", profit: "500", commission: "0" });
    given(...begun)
      .when(shows({ deals: [paidIn] }), market)
      .thenEmits({ type: "DealRecorded", data: { accountId, deal: paidIn, amount: "500.00" } });
  });

  const known = [...begun, placed(), sent, accepted, acknowledged, recorded(), filled, opened];
  test("that the broker corrects is corrected, in money and in its execution", () => {
    const now = deal({ price: "1.3916", commission: "-4" });
    given(...known)
      .when(shows({ deals: [now] }), market)
      .thenEmits(
        { type: "DealCorrected", data: { accountId, deal: now, amount: "-0.50" } },
        {
          type: "ExecutionCorrected",
          data: {
            ...{ ...order, executionId: "mt5-4712", volume: "1", price: "1.3916" },
            before: { volume: "1", price: "1.39151" },
          },
        },
      );
  });

  test("that the broker takes back is revoked, and the position is what the broker holds", () =>
    given(...known)
      .when(shows(settled), market)
      .thenEmits(
        { type: "DealRevoked", data: { accountId, ticket: "4712", amount: "3.50", type: 0 } },
        {
          type: "ExecutionRevoked",
          data: { ...order, executionId: "mt5-4712", volume: "1", price: "1.39151" },
        },
        { type: "PositionVanished", data: { accountId, symbol: "EURUSD", side: "buy", volume: "1" } },
      ));
});

describe("an account at a broker", () => {
  const paid = (type: number, profit = "500") =>
    deal({ ticket: "9", order: "0", magic: "0", type, volume: "0", profit, commission: "0" });
  const paidIn = (type: number, moved: { amount: string; credit?: string }): AccountEvent => ({
    type: "DealRecorded",
    data: { accountId, deal: paid(type), ...moved },
  });
  const lent = paidIn(3, { amount: "0.00", credit: "500.00" });
  test.each([
    ["what is paid in there changes its balance", 2, { amount: "500.00" }],
    ["a credit there stands beside its balance", 3, { amount: "0.00", credit: "500.00" }],
    ["what makes good a balance below zero changes it", 19, { amount: "500.00" }],
    ["what is made good of a credit stands beside its balance", 20, { amount: "0.00", credit: "500.00" }],
  ])("%s", (_, type, moved) => {
    given(...begun)
      .when(shows({ deals: [paid(type)] }), market)
      .thenEmits(paidIn(type, moved));
  });

  test("trades with a credit as with its own money, until the broker takes it back", () => {
    const credit = (...events: readonly AccountEvent[]) => fold(decider, [...begun, ...events])?.credit.toString();
    expect(credit(lent)).toBe("500");
    given(...begun, lent)
      .when(shows({ credit: "500", deals: [paid(3)], ...settled }), market)
      .thenEmits();
    const less: AccountEvent = {
      type: "DealCorrected",
      data: { accountId, deal: paid(3, "200"), amount: "0.00", credit: "-300.00" },
    };
    given(...begun, lent)
      .when(shows({ deals: [paid(3, "200")] }), market)
      .thenEmits(less);
    expect(credit(lent, less)).toBe("200");
    const gone: AccountEvent = {
      type: "DealRevoked",
      data: { accountId, ticket: "9", amount: "0.00", credit: "-500.00", type: 3 },
    };
    given(...begun, lent)
      .when(shows(settled), market)
      .thenEmits(gone);
    expect(credit(lent, gone)).toBe("0");
  });

  test("whose credit turns out to have been a deposit has it in its balance instead", () => {
    given(...begun, lent)
      .when(shows({ deals: [paid(2)] }), market)
      .thenEmits(
        { type: "DealRevoked", data: { accountId, ticket: "9", amount: "0.00", credit: "-500.00", type: 3 } },
        paidIn(2, { amount: "500.00" }),
      );
  });

  test("has the credit and the balance that the broker says, and tells why its balance was another", () => {
    const differs = { balance: "9990", credit: "70", ...settled };
    const told = (reason: "correction" | "unseen") =>
      [
        { type: "BalanceReconciled", data: { accountId, balance: "9990.00", difference: "-10.00", reason } },
        { type: "CreditReconciled", data: { accountId, credit: "70.00", difference: "70.00" } },
      ] satisfies AccountEvent[];
    const known = deal({ ticket: "1", order: "0", magic: "0" });
    given(...begun)
      .when(shows({ ...differs, deals: [known] }), market)
      .thenEmits(...told("correction"));
    given(...begun)
      .when(shows(differs), market)
      .thenEmits(...told("unseen"));
    given(...begun, ...told("unseen"))
      .when(shows(differs), market)
      .thenEmits();
    given(...begun)
      .when(shows({ balance: "9990", credit: "70" }), market)
      .thenEmits();
  });

  test("takes back what was not seen once its deals are shown after all: that was no correction", () => {
    const unseen: AccountEvent = {
      type: "BalanceReconciled",
      data: { accountId, balance: "9900.00", difference: "-100.00", reason: "unseen" },
    };
    const late = deal({ ticket: "8", magic: "0", type: 7, profit: "-100", commission: "0" });
    const told: AccountEvent = { type: "DealRecorded", data: { accountId, deal: late, amount: "-100.00" } };
    const known = deal({ ticket: "1", order: "0", magic: "0" });
    const reconciled = (balance: string, difference: string, reason: "unseen" | "correction"): AccountEvent => ({
      type: "BalanceReconciled",
      data: { accountId, balance, difference, reason },
    });
    given(...begun, unseen)
      .when(shows({ balance: "9900", deals: [known, late], ...settled }), market)
      .thenEmits(told, reconciled("9900.00", "100.00", "unseen"));
    given(...begun, unseen, told)
      .when(shows({ balance: "9930", deals: [known, late], ...settled }), market)
      .thenEmits(reconciled("9900.00", "100.00", "unseen"), reconciled("9930.00", "30.00", "correction"));
    given(...begun, unseen)
      .when(shows({ balance: "9880", deals: [known], ...settled }), market)
      .thenEmits(reconciled("9880.00", "-20.00", "correction"));
  });

  test("gives and takes no credit itself", () => {
    for (const type of ["GiveCredit", "TakeCredit"] as const)
      given(...begun, lent)
        .when({ type, data: { accountId, amount: "1.00" } }, market)
        .thenRefuses("VENUE_FORBIDS");
  });

  const bought = { symbol: "EURUSD", volume: "0.5", price: "1.4", stopLoss: "1.3", takeProfit: "0" };
  test("begins with what the broker has, once that is settled", () => {
    const state = { balance: "9000", credit: "100", deals: [deal({ magic: "0" })], positions: [bought] };
    given(...begun.slice(0, 1))
      .when(shows(state), market)
      .thenEmits();
    given(...begun.slice(0, 1))
      .when(shows({ ...state, ...settled }), market)
      .thenEmits(
        { type: "BrokerAdopted", data: { accountId, deals: ["4712"] } },
        {
          type: "PositionReconciled",
          data: {
            ...{ accountId, symbol: "EURUSD", side: "buy", volume: "0.5", averagePrice: "1.4" },
            ...{ margin: "700.00", before: "0" },
          },
        },
        { type: "PositionProtected", data: { accountId, symbol: "EURUSD", side: "buy", stopLoss: "1.3" } },
        {
          type: "BalanceReconciled",
          data: { accountId, balance: "9000.00", difference: "9000.00", reason: "opening" },
        },
        { type: "CreditReconciled", data: { accountId, credit: "100.00", difference: "100.00" } },
      );
  });

  test("takes nothing that only its broker decides", () => {
    const deposit: AccountCommand = { type: "Deposit", data: { accountId, amount: "1.00" } };
    given(...begun)
      .when(deposit, market)
      .thenRefuses("VENUE_FORBIDS");
  });

  test("is no account on paper, which takes nothing of a broker", () => {
    const paper = begun[0]?.data as DataOf<AccountEvent, "AccountOpened">;
    const { terminal: _, ...data } = { ...paper, venue: "paper" as const };
    given({ type: "AccountOpened", data }).when(shows(), market).thenRefuses("VENUE_FORBIDS");
  });
});
