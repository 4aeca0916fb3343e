import { expect, test } from "vitest";
import type { AccountEvent } from "./accounts.ts";
import { bookingOf, paidBy } from "./ledger.ts";

const accountId = "main";
const recorded = (type: number, amount: string, credit?: string): AccountEvent => ({
  type: "DealRecorded",
  data: {
    ...{ accountId, amount, ...(credit !== undefined && { credit }) },
    deal: {
      ...{ ticket: "1", order: "0", position: "0", magic: "0", name: "", type, entry: 0, volume: "0", price: "0" },
      ...{ profit: amount, commission: "0", fee: "0", swap: "0", timeMsc: 1 },
    },
  },
});
const revoked = (type: number | undefined, amount: string, credit?: string): AccountEvent => ({
  type: "DealRevoked",
  data: {
    ...{ accountId, ticket: "1", amount },
    ...(type !== undefined && { type }),
    ...(credit !== undefined && { credit }),
  },
});
const reconciled = (reason?: "opening" | "correction" | "unseen"): AccountEvent => ({
  type: "BalanceReconciled",
  data: { accountId, balance: "90.00", difference: "-10.00", ...(reason && { reason }) },
});
const reconciliation = { kind: "reconciliation", debit: "cash", credit: "broker", amount: "-10.00" };

test.each<[string, AccountEvent, object, string | undefined]>([
  [
    "a deposit at the broker",
    recorded(2, "50.00"),
    { kind: "deposit", debit: "cash", credit: "broker", amount: "50.00" },
    "50.00",
  ],
  [
    "a withdrawal at the broker",
    recorded(2, "-50.00"),
    { kind: "withdrawal", debit: "broker", credit: "cash", amount: "50.00" },
    "-50.00",
  ],
  [
    "a correction of the broker's",
    recorded(5, "-5.00"),
    { kind: "adjustment", debit: "cash", credit: "broker", amount: "-5.00" },
    "-5.00",
  ],
  [
    "a deposit that the broker takes back",
    revoked(2, "-50.00"),
    { kind: "withdrawal", debit: "broker", credit: "cash", amount: "50.00" },
    "-50.00",
  ],
  [
    "what trading costs there",
    recorded(7, "-3.50"),
    { kind: "broker_deal", debit: "cash", credit: "broker", amount: "-3.50" },
    undefined,
  ],
  [
    "a credit that the broker gives",
    recorded(3, "0.00", "50.00"),
    { kind: "credit_given", debit: "credit", credit: "broker", amount: "50.00" },
    "50.00",
  ],
  [
    "a credit that the broker takes back",
    recorded(3, "0.00", "-50.00"),
    { kind: "credit_taken", debit: "broker", credit: "credit", amount: "50.00" },
    "-50.00",
  ],
  [
    "a credit that is taken back by taking its deal back",
    revoked(3, "0.00", "-50.00"),
    { kind: "credit_taken", debit: "broker", credit: "credit", amount: "50.00" },
    "-50.00",
  ],
  [
    "a credit of before, that was not told",
    recorded(3, "0.00"),
    { kind: "adjustment", debit: "cash", credit: "broker", amount: "0.00" },
    "0.00",
  ],
  [
    "a credit that the broker has and we had not seen",
    { type: "CreditReconciled", data: { accountId, credit: "50.00", difference: "50.00" } },
    { kind: "reconciliation", debit: "credit", credit: "broker", amount: "50.00" },
    "50.00",
  ],
  [
    "a balance below zero that the broker makes good",
    recorded(19, "7.00"),
    { kind: "adjustment", debit: "cash", credit: "broker", amount: "7.00" },
    "7.00",
  ],
  ["a balance that an account begins with", reconciled("opening"), reconciliation, "-10.00"],
  ["a difference that no deal explains", reconciled("correction"), reconciliation, "-10.00"],
  [
    "a difference of deals that were not seen",
    reconciled("unseen"),
    { ...reconciliation, kind: "broker_deal" },
    undefined,
  ],
  ["a difference of before, that tells no reason", reconciled(), reconciliation, undefined],
  [
    "a deal that was taken back before its type was told",
    revoked(undefined, "3.50"),
    { kind: "broker_deal", debit: "cash", credit: "broker", amount: "3.50" },
    undefined,
  ],
])("%s is booked as what it is, and is a payment or trading's result", (_, event, booking, paid) => {
  expect(bookingOf(event)).toEqual(booking);
  expect(paidBy(event)).toBe(paid);
});
