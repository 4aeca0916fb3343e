import {
  Bar,
  type JsonValue,
  marketDataQueries,
  nameOfToken,
  type QueryEnvelope,
  type QueryReply,
  readTicks,
  subjects,
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
}

export function createFeeds(bus: Pick<Bus, "subscribe" | "request">, publish: Publish): Feeds {
  return {
    quotes: createFeed(bus, publish, {
      name: "quotes",
      subjectOf: subjects.quotesOf,
      read: quoteOf,
      async seed(tenant) {
        const { name, answer } = marketDataQueries.quotes;
        const envelope: QueryEnvelope = { query: name, data: {}, tenant };
        const subject = subjects.query("market-data", tenant, name);
        const reply = (await bus.request(subject, envelope as unknown as JsonValue)) as QueryReply;
        return answer.parse(reply.answer).items.map((quote) => ({ type: "quote", ...quote }));
      },
    }),
    bars: createFeed(bus, publish, { name: "bars", subjectOf: subjects.barsOf, read: barOf }),
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
