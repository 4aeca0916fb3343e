import { type AccountId, refuse, type TradeView, tradeQueries } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import { requireAccount } from "../accounts/queries.ts";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";
import { excursionOf } from "./excursion.ts";
import { partsOf, type TradeEvent, tradeOf } from "./trade.ts";

const END_OF_HISTORY = "9223372036854775807";

type Openings = ReturnType<typeof sql<{ position: string; position_id: string; revision: string }>>;
type OfTrade = TradeEvent & { readonly trade: string; readonly tags: string[] };

/** The trades that these openings began, each its events in order: those of its position before the next opening of one of that name. */
async function eventsOf(db: Transaction<TenantTables>, accountId: AccountId, openings: Openings) {
  const { rows } = await sql<OfTrade>`
    select o.position as trade, coalesce(t.tags, '{}') as tags, e.* from (${openings}) o
    left join trade_tags t on t.account_id = ${accountId} and t.trade_id = o.revision
    join lateral (
      select * from trade_events e
      where e.account_id = ${accountId} and e.position_id = o.position_id and e.position >= o.position
        and e.position < coalesce(
          (select min(position) from trade_events n
           where n.account_id = ${accountId} and n.position_id = o.position_id and n.kind = 'opened' and n.position > o.position),
          ${END_OF_HISTORY}::bigint)
    ) e on true
    order by o.position desc, e.position`.execute(db);
  return [...Map.groupBy(rows, ({ trade }) => trade).values()];
}

const taggedTradeOf = (events: readonly OfTrade[]): TradeView => ({ ...tradeOf(events), tags: events[0]?.tags ?? [] });

export const tradesQuestion = tenantQuestion(
  tradeQueries.trades,
  "trade_events",
  async (db, { accountId, symbol = null, tag = null, limit, cursor }) => {
    const before = positionCursor(cursor) ?? END_OF_HISTORY;
    const openings: Openings = sql`
      select position, position_id, revision from trade_events
      where account_id = ${accountId} and kind = 'opened' and position < ${before}::bigint
        and (${symbol}::text is null or symbol = ${symbol})
        and (${tag}::text is null or revision in (
          select trade_id from trade_tags where account_id = ${accountId} and tags @> array[${tag}::text]))
      order by position desc limit ${limit + 1}`;
    const trades = await eventsOf(db, accountId, openings);
    if (trades.length === 0) await requireAccount(db, accountId);
    return pageOf(trades, limit, taggedTradeOf, ([opening]) => opening?.position ?? "");
  },
);

export const tradeQuestion = tenantQuestion(tradeQueries.trade, "trade_events", async (db, { accountId, tradeId }) => {
  await requireAccount(db, accountId);
  const opening: Openings = sql`
    select position, position_id, revision from trade_events
    where account_id = ${accountId} and revision = ${tradeId}::bigint and kind = 'opened'`;
  const [events] = await eventsOf(db, accountId, opening);
  if (!events) return refuse("TRADE_NOT_FOUND", undefined, { tradeId });
  const trade = taggedTradeOf(events);
  const parts = partsOf(events);
  const excursion = await excursionOfTrade(db, trade, parts.fills);
  return { ...trade, ...parts, ...(excursion && { excursion }) };
});

/** None of a trade that a broker executed: we do not know at which tick. */
async function excursionOfTrade(
  db: Transaction<TenantTables>,
  trade: TradeView,
  fills: ReturnType<typeof partsOf>["fills"],
) {
  const [first, last] = [fills[0], fills.at(-1)];
  const from = first && (await tickOf(db, trade.accountId, first.executionId));
  const to = trade.status === "open" ? Date.now() : last && (await tickOf(db, trade.accountId, last.executionId));
  if (from === undefined || to === undefined || trade.status === "vanished") return undefined;
  return excursionOf(db, trade, first?.price ?? "", { from, to });
}

/** The time of the tick at which something was executed: milliseconds since the epoch, UTC. */
async function tickOf(
  db: Transaction<TenantTables>,
  accountId: AccountId,
  executionId: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom("trade_events")
    .select("tick_msc")
    .where("account_id", "=", accountId)
    .where("kind", "=", "filled")
    .where("execution_id", "=", executionId)
    .executeTakeFirst();
  return row?.tick_msc ? Number(row.tick_msc) : undefined;
}
