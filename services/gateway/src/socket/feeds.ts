import {
  Bar,
  type JsonObject,
  type JsonValue,
  LiveState,
  marketDataQueries,
  nameOfToken,
  type QueryEnvelope,
  type QueryReply,
  readTicks,
  subjects,
  type TenantId,
  Timeframe,
  tickAt,
  UNUSABLE_PRICE,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import { createFeed, type Feed, type Publish } from "./feed.ts";
import type { PriceMessage } from "./price.ts";

export interface Feeds {
  readonly quotes: Feed;
  readonly bars: Feed;
  /** Of accounts that somebody follows. */
  readonly states: Feed;
}

export function createFeeds(bus: Pick<Bus, "subscribe" | "request">, publish: Publish): Feeds {
  async function ask(tenant: TenantId, query: "quotes" | "latestBars", data: JsonObject): Promise<unknown> {
    const envelope: QueryEnvelope = { query, data, tenant };
    const subject = subjects.query("market-data", tenant, query);
    return ((await bus.request(subject, envelope as unknown as JsonValue)) as QueryReply).answer;
  }
  async function barsOf(tenant: TenantId, timeframe: Timeframe): Promise<PriceMessage[]> {
    const { items } = marketDataQueries.latestBars.answer.parse(await ask(tenant, "latestBars", { timeframe }));
    return items.map((bar) => ({ type: "bar", timeframe, ...bar }));
  }

  return {
    quotes: createFeed(bus, publish, {
      name: "quotes",
      subjectOf: subjects.quotesOf,
      read: quoteOf,
      async seed(tenant) {
        const { items } = marketDataQueries.quotes.answer.parse(await ask(tenant, "quotes", {}));
        return items.map((quote) => ({ type: "quote", ...quote }));
      },
    }),
    bars: createFeed(bus, publish, {
      name: "bars",
      subjectOf: subjects.barsOf,
      read: barOf,
      async seed(tenant) {
        const newest = await Promise.all(Timeframe.options.map((timeframe) => barsOf(tenant, timeframe)));
        return newest.flat();
      },
    }),
    states: createFeed(bus, publish, {
      name: "states",
      subjectOf: subjects.liveStatesOf,
      read: (_, payload) => ({ type: "state", ...LiveState.parse(JSON.parse(new TextDecoder().decode(payload))) }),
    }),
  };
}

/** The newest usable price of a live batch; a backfill tells of the past. */
function quoteOf(subject: string, payload: Uint8Array): PriceMessage | undefined {
  const batch = readTicks(payload);
  if (batch.kind !== "live") return undefined;
  for (let index = batch.count - 1; index >= 0; index--) {
    const { quality, bid, ask, timeMsc } = tickAt(batch, index);
    if ((quality & UNUSABLE_PRICE) !== 0) continue;
    const symbol = nameOfToken(subject.split(".")[2] ?? "");
    return { type: "quote", symbol, bid, ask, timeMsc: timeMsc - batch.utcOffsetSeconds * 1000 };
  }
  return undefined;
}

function barOf(subject: string, payload: Uint8Array): PriceMessage {
  const [, , token = "", timeframe] = subject.split(".");
  const bar = Bar.parse(JSON.parse(new TextDecoder().decode(payload)));
  return { type: "bar", symbol: nameOfToken(token), timeframe: Timeframe.parse(timeframe), ...bar };
}
