import type { JsonObject } from "@tradesage/contracts";
import type { TerminalTick } from "@tradesage/simulator";

/** Whatever of a tenant can be asked for by a name. */
export interface Names {
  readonly tenantId: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly keyId: string;
  readonly backupId: string;
  readonly correlation: string;
  readonly entryId: string;
  /** Known once there is a trade: until then, one that nobody has. */
  readonly tradeId: string;
}

const names = (tenantId: string, word: string): Names => ({
  tenantId,
  accountId: `${word}-account`,
  orderId: `${word}-order`,
  symbol: `${word.toUpperCase()}.x`,
  keyId: `${word}-key`,
  backupId: `${word}-backup`,
  correlation: `${word}-request`,
  entryId: `${word}-entry`,
  tradeId: "999999999",
});

/** The tenant whose canaries nobody else may see, and one that does not exist. */
export const walled = names("walled", "qanary");
export const absent = names("nowhere", "absent");

/**
 * What only the walled tenant has: a name, an amount, prices and the time of a tick. Nobody else ever sends one of them.
 * With a q, since every Postgres has a time zone Atlantic/Canary.
 */
export const canary = {
  name: "Qanary Capital",
  amount: "314159265.00",
  bid: 27.1828,
  ask: 27.1829,
  days: 31415,
  timeMsc: 1_768_471_431_415,
} as const;
export const betrays = /qanary|314159265|27\.182[89]|1768471431415/i;

/** Ticks of two times 50 minutes apart, so that there is a gap to ask for too. */
export const ticksAt = (symbol: string, bid: number, ask: number): readonly TerminalTick[] =>
  [0, 3_000_000, 3_000_500].map((later) => ({
    ...{ symbol, bid, ask, last: 0, volume: 0, flags: 6, ordinal: 0 },
    timeMsc: canary.timeMsc + later,
  }));

/** What commands and queries need beside names, so that a refusal is never for that. */
export const fields: JsonObject = {
  amount: "1.00",
  from: canary.timeMsc - 10_000_000,
  to: canary.timeMsc + 10_000_000,
  name: "Another name",
  text: "Another text",
  template: "trading_plus_analytics",
  kind: "ticks",
  model: "accounts",
  days: 7,
  executionId: "x-1",
  digest: "ab".repeat(32),
  ...{ side: "buy", volume: "0.02", digits: 4, tickSize: "0.0001", contractSize: "1", description: "Another" },
  ...{ volumeMin: "0.01", volumeMax: "500", volumeStep: "0.01" },
  ...{ baseCurrency: "USD", profitCurrency: "USD", marginCurrency: "USD" },
};

/** A text without the names that its reader gave himself, but for numbers, and without what is of the moment. */
export function withoutNames(text: string, own: Names): string {
  return Object.values<string>({ ...own })
    .filter((name) => !/^\d+$/.test(name))
    .reduce((rest, name) => rest.replaceAll(name, "NAME"), text)
    .replace(/"(position|revision|commandId|instance)":"[^"]*"/g, '"$1":"…"')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID");
}
