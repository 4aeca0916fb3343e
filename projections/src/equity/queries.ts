import { type Drawdown, type EquityPoint, equityQueries, type Money, timeframes } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import Big from "big.js";
import { type RawBuilder, sql, type Transaction } from "kysely";
import { requireAccount } from "../accounts/queries.ts";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";

type Row = Omit<EquityPoint, "timeMsc" | "samples"> & { readonly timeMsc: string; readonly samples: string };

const time = (msc: number) => sql`to_timestamp(${msc} / 1000.0)`;

export const equityQuestion = tenantQuestion(
  equityQueries.equity,
  "accounts",
  async (db, { accountId, from, to, interval, limit, cursor }) => {
    await requireAccount(db, accountId);
    const length = timeframes[interval];
    const wanted = (since: number) => sql`
      from equity_curve where account_id = ${accountId} and time >= ${time(since)} and time < ${time(to)}`;
    const begun = positionCursor(cursor);
    const { rows } = await sql<Row>`
      select (extract(epoch from bucket) * 1000)::bigint as "timeMsc", balance, credit, equity, margin, floating,
        low as "equityLow", high as "equityHigh", samples
      from (
        select time_bucket(${length} * interval '1 millisecond', time) as bucket,
          last(balance, time) as balance, last(credit, time) as credit, last(equity, time) as equity,
          last(margin, time) as margin, last(floating, time) as floating,
          min(equity) as low, max(equity) as high, count(*) as samples
        ${wanted(begun === undefined ? from : Number(begun) + length)}
        group by bucket order by bucket limit ${limit + 1}
      ) points order by bucket`.execute(db);
    const page = pageOf(rows, limit, pointOf, ({ timeMsc }) => timeMsc);
    const maxDrawdown = begun === undefined ? await drawdownOf(db, wanted(from)) : undefined;
    return { ...page, ...(maxDrawdown && { maxDrawdown }) };
  },
);

const pointOf = ({ timeMsc, samples, ...amounts }: Row): EquityPoint => ({
  ...amounts,
  timeMsc: Number(timeMsc),
  samples: Number(samples),
});

/** By what trading has earned: equity less all that was paid in until then. */
async function drawdownOf(db: Transaction<TenantTables>, samples: RawBuilder<unknown>): Promise<Drawdown | undefined> {
  const { rows } = await sql<{ amount: Money; equity: Money; from_msc: string; to_msc: string }>`
    with earned as (select time, equity, equity - paid as result ${samples}),
      fallen as (select time, equity, max(result) over (order by time) as height, result from earned)
    select height - result as amount, equity, (extract(epoch from time) * 1000)::bigint as to_msc,
      (select (extract(epoch from max(time)) * 1000)::bigint from earned
       where earned.result = fallen.height and earned.time < fallen.time) as from_msc
    from fallen where result < height order by amount desc, time limit 1`.execute(db);
  const [depth] = rows;
  if (!depth) return undefined;
  const { amount, equity, from_msc, to_msc } = depth;
  return { amount, percent: percentOf(Big(amount), Big(equity)), fromMsc: Number(from_msc), toMsc: Number(to_msc) };
}

/** Of what the equity would have been without the loss. */
function percentOf(amount: Big, equity: Big): string {
  const whole = equity.plus(amount);
  return whole.gt(0) ? amount.times(100).div(whole).toFixed(2) : "100.00";
}
