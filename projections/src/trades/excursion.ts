import { TickQuality, type TradeDetail, type TradeView } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import Big from "big.js";
import { sql, type Transaction } from "kysely";
import { ratio } from "./trade.ts";

/** Such ticks have no price on one side; no bar has them either. */
const NO_PRICE = TickQuality.not_a_number | TickQuality.zero_price;
const MINUTE = 60_000;

/** Times of ticks: milliseconds since the epoch, UTC; `to` is in. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The largest excursions of a trade, by the prices at which it would have been closed: every tick counts, those of whole
 * minutes by their bars. `opened` is its opening price. Undefined where no tick is kept.
 */
export async function excursionOf(
  db: Transaction<TenantTables>,
  { symbol, side, initialRisk }: TradeView,
  opened: string,
  { from, to }: Span,
): Promise<TradeDetail["excursion"]> {
  const price = sql.raw(side === "buy" ? "bid" : "ask");
  const [first, last] = [Math.ceil(from / MINUTE) * MINUTE, Math.floor(to / MINUTE) * MINUTE];
  const time = (msc: number) => sql`to_timestamp(${msc} / 1000.0)`;
  const ofFeed = sql`feed = (select feed from feeds where symbol = ${symbol})`;
  const ticks = sql`select min(${price}) as low, max(${price}) as high from ticks
    where ${ofFeed} and quality & ${NO_PRICE} = 0`;
  const { rows } = await sql<{ low: number | null; high: number | null }>`
    select min(low) as low, max(high) as high from (
      ${ticks} and time >= ${time(from)} and time <= ${time(Math.min(to, Math.max(first, from)))}
      union all
      select min(${price}_low), max(${price}_high) from bars_1m
      where ${ofFeed} and time >= ${time(first)} and time < ${time(last)}
      union all
      ${ticks} and time >= ${time(Math.max(last, from))} and time <= ${time(to)}
    ) parts`.execute(db);
  const { low = null, high = null } = rows[0] ?? {};
  if (low === null || high === null) return undefined;
  const [below, above] = [distance(opened, low), distance(high, opened)];
  const [mae, mfe] = side === "buy" ? [below, above] : [above, below];
  const inR = (length: Big) => (initialRisk === undefined ? undefined : ratio(length, Big(initialRisk)));
  const [maeR, mfeR] = [inR(mae), inR(mfe)];
  return {
    ...{ mae: mae.toFixed(), mfe: mfe.toFixed() },
    ...(maeR !== undefined && { maeR }),
    ...(mfeR !== undefined && { mfeR }),
  };
}

/** How far the first lies above the second; 0 where it does not. A tick's doubles have at most ten digits that say something. */
function distance(above: string | number, below: string | number): Big {
  const length = Big(above).minus(below).round(10, Big.roundHalfUp);
  return length.gt(0) ? length : Big(0);
}
