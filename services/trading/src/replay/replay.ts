import type { AccountEvent, InstrumentSpecification, InstrumentSymbol, RiskRules } from "@tradesage/contracts";
import { eventIdFor } from "@tradesage/event-store";
import type { Account } from "../account/account.ts";
import { moneyText } from "../calculation/decimal.ts";
import { type CalmQuotes, calmOf, isWithin } from "../risk/room.ts";
import { type ReplayTick, replayMarket } from "./replay-market.ts";
import { createShadow, type Finding } from "./shadow.ts";

/** An event of the account, and when it was asked for: milliseconds since the epoch. */
export interface PastEvent {
  readonly at: number;
  readonly event: AccountEvent;
}

export interface ReplayOptions {
  readonly rules: RiskRules;
  readonly instruments: readonly InstrumentSpecification[];
  /** The account's events, from the first one on, brought to today's schema. */
  readonly history: readonly PastEvent[];
  /** The ticks of an instrument in a time, oldest first: `from` is in, `to` is out. */
  readonly ticks: (symbol: InstrumentSymbol, from: number, to: number) => AsyncIterable<ReplayTick>;
  /** Until when the account is looked at after its last event: milliseconds since the epoch. */
  readonly until: number;
}

export interface Replay {
  readonly findings: readonly Finding[];
  /** In the account's currency, at the end. */
  readonly balance: string;
  readonly currency: string;
  readonly ticks: number;
}

/** Runs the history of an account again, under other rules, tick by tick. */
export async function replay({ rules, instruments, history, ticks, until }: ReplayOptions): Promise<Replay> {
  const market = replayMarket(instruments);
  const shadow = createShadow(rules);
  const start = history[0]?.at ?? until;
  const symbols = new Set(
    history.flatMap(({ event: { data } }) => ("symbol" in data && data.symbol !== undefined ? [data.symbol] : [])),
  );
  let calm: ReadonlyMap<string, CalmQuotes> | undefined;
  let due = Number.NEGATIVE_INFINITY;
  let seen = 0;

  /** Has the rules look at the account as it is now, and notes when they must again. */
  function look(at: number): void {
    const moment = market.momentAt(at);
    const isValued = () => shadow.state()?.positions.every(({ symbol }) => moment.quote(symbol) !== undefined) === true;
    calm = undefined;
    if (!shadow.state() || !isValued()) return;
    shadow.assess(eventIdFor(`${at}/${seen}`, 0), moment);
    const account = shadow.state();
    if (account) calm = calmOf(account, moment);
    due = nextDue(account);
  }

  function tick(next: ReplayTick): void {
    seen++;
    market.take(next);
    const range = calm?.get(next.symbol);
    const isCalm = range === undefined || isWithin(range, next);
    if (!calm || !isCalm || next.timeMsc >= due) look(next.timeMsc);
  }

  const feed = merged([...symbols].map((symbol) => ticks(symbol, start, until)));
  let pending = await feed.next();
  async function ticksBefore(time: number): Promise<void> {
    while (!pending.done && pending.value.timeMsc < time) {
      tick(pending.value);
      pending = await feed.next();
    }
  }
  for (const { at, event } of history) {
    await ticksBefore(at);
    shadow.take(event, market.momentAt(at));
    calm = undefined;
  }
  await ticksBefore(until);
  const account = shadow.state();
  const currency = account?.currency ?? "";
  const balance = account ? moneyText(account.balance, currency) : "0";
  return { findings: shadow.findings, balance, currency, ticks: seen };
}

const nextDue = (account: Account | undefined): number =>
  account?.risk.anchors.map(({ until }) => until ?? Number.POSITIVE_INFINITY).min() ?? Number.POSITIVE_INFINITY;

/** The ticks of several instruments as they came. */
async function* merged(feeds: readonly AsyncIterable<ReplayTick>[]): AsyncGenerator<ReplayTick, undefined> {
  const heads = await Promise.all(
    feeds.map(async (feed) => {
      const iterator = feed[Symbol.asyncIterator]();
      return { iterator, next: await iterator.next() };
    }),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads)
      if (!head.next.done && (!first || head.next.value.timeMsc < first.next.value.timeMsc)) first = head;
    if (!first) return undefined;
    yield first.next.value;
    first.next = await first.iterator.next();
  }
}
