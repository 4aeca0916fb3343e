import {
  Bar,
  type JsonValue,
  marketDataQueries,
  nameOfToken,
  type QueryEnvelope,
  type QueryReply,
  type Quote,
  readTicks,
  subjects,
  type Timeframe,
  tickAt,
  UNUSABLE_PRICE,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import { createFeed, type Feed, type Update } from "./feed.ts";

export interface Feeds {
  readonly quotes: Feed;
  readonly bars: Feed;
}

type FeedBus = Pick<Bus, "subscribe" | "request">;

export function createFeeds(bus: FeedBus): Feeds {
  return {
    quotes: createFeed(bus, {
      subjectOf: subjects.ticksOf,
      read: quoteOf,
      async seed(tenant) {
        const { name, answer } = marketDataQueries.quotes;
        const envelope: QueryEnvelope = { query: name, data: {}, tenant };
        const subject = subjects.query("market-data", tenant, name);
        const reply = (await bus.request(subject, envelope as unknown as JsonValue)) as QueryReply;
        return answer.parse(reply.answer).items.map(quoteUpdate);
      },
    }),
    bars: createFeed(bus, { subjectOf: subjects.barsOf, read: barOf }),
  };
}

/** Keys of what the feeds tell. */
export const barKey = (symbol: string, timeframe: Timeframe): string => `${timeframe} ${symbol}`;

const quoteUpdate = (quote: Quote): Update => ({
  key: quote.symbol,
  message: JSON.stringify({ type: "quote", ...quote }),
});

/** The newest usable price of a live batch; a backfill tells of the past. */
function quoteOf(subject: string, payload: Uint8Array): Update | undefined {
  const batch = readTicks(payload);
  if (batch.kind !== "live") return undefined;
  for (let index = batch.count - 1; index >= 0; index--) {
    const { quality, bid, ask, timeMsc } = tickAt(batch, index);
    if ((quality & UNUSABLE_PRICE) !== 0) continue;
    const symbol = nameOfToken(subject.split(".")[2] ?? "");
    return quoteUpdate({ symbol, bid, ask, timeMsc: timeMsc - batch.utcOffsetSeconds * 1000 });
  }
  return undefined;
}

function barOf(subject: string, payload: Uint8Array): Update | undefined {
  const [, , token = "", timeframe] = subject.split(".");
  const symbol = nameOfToken(token);
  const bar = Bar.parse(JSON.parse(new TextDecoder().decode(payload)));
  return {
    key: barKey(symbol, timeframe as Timeframe),
    message: JSON.stringify({ type: "bar", symbol, timeframe, ...bar }),
  };
}
