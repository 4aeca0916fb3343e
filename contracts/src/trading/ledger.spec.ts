import { expect, test } from "vitest";
import type { AccountEvent } from "./accounts.ts";
import { bookingOf, paidBy } from "./ledger.ts";

const accountId = "main";
const recorded = (type: number, amount: string): AccountEvent => ({
  type: "DealRecorded",
  data: {
    ...{ accountId, amount },
    deal: {
      ...{ ticket: "1", order: "0", position: "0", magic: "0", name: "", type, entry: 0, volume: "0", price: "0" },
      ...{ profit: amount, commission: "0", fee: "0", swap: "0", timeMsc: 1 },
    },
  },
});
const revoked = (type: number | undefined, amount: string): AccountEvent => ({
  type: "DealRevoked",
  data: { accountId, ticket: "1", amount, ...(type !== undefined && { type }) },
});

test.each<readonly [string, AccountEvent, object, string | undefined]>([
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
    "a deal that was taken back before its type was told",
    revoked(undefined, "3.50"),
    { kind: "broker_deal", debit: "cash", credit: "broker", amount: "3.50" },
    undefined,
  ],
])("%s is booked as what it is, and is a payment or trading's result", (_, event, booking, paid) => {
  expect(bookingOf(event)).toEqual(booking);
  expect(paidBy(event)).toBe(paid);
});
