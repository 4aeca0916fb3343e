import { type InstrumentSymbol, invalidInput, refuse, type TickCursor } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import type { Transaction } from "kysely";

/** What ticks and bars of a symbol are named by; `undefined` before its first tick. Refuses an unknown instrument. */
export async function feedOf(db: Transaction<TenantTables>, symbol: InstrumentSymbol): Promise<number | undefined> {
  const known = await db.selectFrom("feeds").select("feed").where("symbol", "=", symbol).executeTakeFirst();
  if (known === undefined) await requireInstrument(db, symbol);
  return known?.feed;
}

/** The newest tick that a feed has in the table; null before its first. */
export async function readFeedEnd(db: Transaction<TenantTables>, symbol: InstrumentSymbol): Promise<TickCursor | null> {
  const known = await db
    .selectFrom("feeds")
    .select(["time_msc", "ordinal"])
    .where("symbol", "=", symbol)
    .where("ordinal", ">=", 0)
    .executeTakeFirst();
  return known ? { timeMsc: Number(known.time_msc), ordinal: known.ordinal } : null;
}

export async function requireInstrument(db: Transaction<TenantTables>, symbol: InstrumentSymbol): Promise<void> {
  const known = await db.selectFrom("instruments").select("symbol").where("symbol", "=", symbol).executeTakeFirst();
  if (known === undefined) refuse("INSTRUMENT_NOT_FOUND", undefined, { symbol });
}

/** The numbers of a cursor that a page gave. Throws `Refused` INVALID_INPUT for any other. */
export function cursorNumbers(cursor: string, count: number): readonly number[] {
  const numbers = cursor.split(".").map(Number);
  if (numbers.length === count && numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    return numbers;
  throw invalidInput([{ path: "cursor", code: "custom", message: "not a cursor that this query gave" }]);
}
