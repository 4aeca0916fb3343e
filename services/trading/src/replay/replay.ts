import type {
  AccountEvent,
  DeskTerms,
  InstrumentSpecification,
  InstrumentSymbol,
  RiskRules,
} from "@tradesage/contracts";
import { eventIdFor } from "@tradesage/event-store";
import type { Account } from "../account/account.ts";
import { moneyText } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import { type CalmQuotes, calmOf, isWithin } from "../risk/room.ts";
import type { EstimatedNight } from "./held-nights.ts";
import { type ReplayTick, replayMarket } from "./replay-market.ts";
import { createShadow, type Finding } from "./shadow.ts";

/** An event of the account, and when it was asked for: milliseconds since the epoch. */
export interface PastEvent {
  readonly at: number;
  readonly event: AccountEvent;
}

export interface ReplayOptions {
  readonly rules: RiskRules;
  /** The instruments as they were specified, oldest first; what is first told of one holds for the time before it too. */
  readonly instruments: readonly { readonly at: number; readonly specification: InstrumentSpecification }[];
  /** The account's events, from the first one on, brought to today's schema. */
  readonly history: readonly PastEvent[];
  /** On what terms the tenant's accounts traded, as they were set, oldest first. */
  readonly terms: readonly { readonly at: number; readonly terms: DeskTerms }[];
  /** The ticks of an instrument in a time, oldest first: `from` is in, `to` is out. */
  readonly ticks: (symbol: InstrumentSymbol, from: number, to: number) => AsyncIterable<ReplayTick>;
  /** Until when the account is looked at after its last event: milliseconds since the epoch. */
  readonly until: number;
}

export interface Replay {
  readonly findings: readonly Finding[];
  /** Nights that the history tells no cost of; they are in the balance. */
  readonly estimated: readonly EstimatedNight[];
  /** In the account's currency, at the end. */
  readonly balance: string;
  readonly currency: string;
  readonly ticks: number;
}

/** Runs the history of an account again, under other rules, tick by tick. */
export async function replay({ rules, instruments, history, terms, ticks, until }: ReplayOptions): Promise<Replay> {
  const market = replayMarket();
  const shadow = createShadow(rules);
  const start = history[0]?.at ?? until;
  const symbols = new Set(
    history.flatMap(({ event: { data } }) => ("symbol" in data && data.symbol !== undefined ? [data.symbol] : [])),
  );
  // A broker fills on his own terms, and charges by his own clock.
  const isOnTerms = history.some(({ event }) => event.type === "AccountOpened" && event.data.venue === "paper");
  const changes = [...instruments, ...(isOnTerms ? terms : [])].sort((a, b) => a.at - b.at);
  for (const { specification } of instruments.toReversed()) market.define(specification);
  let present: DeskTerms = {};
  let calm: ReadonlyMap<string, CalmQuotes> | undefined;
  let due = Number.NEGATIVE_INFINITY;
  let seen = 0;

  const momentAt = (at: number): Moment => ({ ...market.momentAt(at), paperTerms: present.paperTerms });

  /** Comes to a moment: the nights that began until then, each under the rollover and the specification of then. */
  function reach(at: number): void {
    for (let change = changes[0]; change && change.at <= at; change = changes[0]) {
      shadow.reach(present.rollover, momentAt(change.at));
      if ("terms" in change) present = change.terms;
      else market.define(change.specification);
      changes.shift();
      shadow.reach(present.rollover, momentAt(change.at));
      calm = undefined;
    }
    if (at < shadow.nextNight()) return;
    shadow.reach(present.rollover, momentAt(at));
    calm = undefined;
  }

  /** Has the rules look at the account as it is now, and notes when they must again. */
  function look(at: number): void {
    const moment = momentAt(at);
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
    reach(next.timeMsc);
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
    reach(at);
    shadow.take(event, momentAt(at));
    calm = undefined;
  }
  await ticksBefore(until);
  reach(until);
  const account = shadow.state();
  const currency = account?.currency ?? "";
  const balance = account ? moneyText(account.balance, currency) : "0";
  return { findings: shadow.findings, estimated: shadow.estimated, balance, currency, ticks: seen };
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
