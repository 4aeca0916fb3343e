import {
  type AccountCommand,
  type AccountEvent,
  type AccountId,
  canonicalJson,
  type InstrumentSymbol,
  Refused,
  streams,
  type TenantId,
} from "@tradesage/contracts";
import { eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import type { Logger } from "@tradesage/telemetry";
import type { Account, AccountState } from "../account/account.ts";
import { account as decider } from "../account/index.ts";
import type { MarketQuote } from "../calculation/market.ts";
import { recorded } from "../calculation/recorded-market.ts";
import type { Markets } from "../markets/markets.ts";
import { type CalmQuotes, calmOf, neverCalm } from "../risk/room.ts";
import { type CalmIndex, createCalmIndex } from "./calm-index.ts";
import type { Policy } from "./policy.ts";

export interface RiskWatchOptions {
  readonly markets: Markets;
  /** The account as it is by now, and the revision of its last event. */
  readonly read: (stream: string) => Promise<{ readonly state: AccountState; readonly revision: bigint }>;
  readonly policy: Pick<Policy, "send">;
  /** Asks for every tick of an instrument. */
  readonly watch: (tenant: TenantId, symbol: InstrumentSymbol) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

export interface RiskWatch {
  /** Takes the next event of an account, from the first one on. */
  apply(tenant: TenantId, recorded: RecordedEvent): void;
  /** Something has happened to an account. */
  changed(tenant: TenantId, accountId: AccountId): void;
  /** From now on accounts are assessed: the history has been seen up to here. */
  open(): void;
  /** Whether the equity of an account that is held to running rules hangs on the instrument. */
  watches(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  /** A good tick came. */
  tick(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void;
  close(): void;
}

interface Watched {
  readonly tenant: TenantId;
  readonly accountId: AccountId;
  state: Account | undefined;
  revision: bigint;
  /** Where it waits for the quotes of the instruments that its equity hangs on. */
  waits: readonly InstrumentSymbol[];
  /** It is being read, or asked; `isStale`: it must be read once more after that. */
  isBusy: boolean;
  isStale: boolean;
  timer: NodeJS.Timeout | undefined;
}

type Assessment = Extract<AccountCommand, { type: "AssessRisk" }>;

const LONGEST_TIMER_MS = 60 * 60 * 1000;
const RETRY_MS = 1000;

/**
 * Looks after the accounts that are held to loss rules or margin levels: at each tick that leaves the prices between
 * which nothing can follow, when an anchor is due, and when something has happened to the account. Where the account's
 * own decider says that something follows, the account is told to assess itself at these quotes, and decides.
 */
export function createRiskWatch(options: RiskWatchOptions): RiskWatch {
  const { markets, read, policy, watch, now, logger } = options;
  const accounts = new Map<string, Watched>();
  const waiting = new Map<TenantId, Map<InstrumentSymbol, CalmIndex<Watched>>>();
  let isOpen = false;

  function refresh(watched: Watched): void {
    if (watched.isBusy) watched.isStale = true;
    else if (isOpen) void work(watched);
  }

  /** Reads the account and has it decide, until nothing follows any more. `first`: what follows already. */
  async function work(watched: Watched, first?: Assessment): Promise<void> {
    const { tenant, accountId } = watched;
    watched.isBusy = true;
    try {
      for (let next = first, more = true; more && isOpen; ) {
        const before = watched.revision;
        if (next) await ask(tenant, next);
        watched.isStale = false;
        const { state, revision } = await read(streams.account(tenant, accountId));
        Object.assign(watched, { state, revision });
        const asked = next;
        next = assess(watched);
        // Where an answer has changed nothing, asking again would not either.
        more = watched.isStale || (next !== undefined && !(asked && revision === before));
        if (next && !more) wait(watched, nextTickOf(heldBy(watched)));
      }
    } catch (error) {
      logger.warn({ err: error, tenant, account: accountId }, "an account could not be assessed; trying again");
      schedule(watched, RETRY_MS);
    } finally {
      watched.isBusy = false;
    }
  }

  const ask = (tenant: TenantId, { type: command, data }: Assessment) =>
    policy.send({ tenant, command, data, key: data.assessment, cause: { correlation: data.assessment } });

  /** What the account is to be told, if something follows; else notes where nothing can, and when to look again. */
  function assess(watched: Watched): Assessment | undefined {
    const { state, tenant, revision } = watched;
    if (!state) return wait(watched, new Map());
    const command = assessmentOf(state, tenant, revision);
    const market = recorded(markets.of(tenant));
    const moment = { ...market, at: now(), restrictions: [] };
    try {
      if (decider.decide(command, state, moment).length > 0) return command;
      wait(watched, calmOf(state, moment));
    } catch (error) {
      // It cannot be valued before there is a quote of all that it holds.
      if (!(error instanceof Refused)) throw error;
      const missing = [...market.asked].filter(([, quote]) => quote === undefined);
      wait(watched, missing.length > 0 ? nextTickOf(missing.map(([symbol]) => symbol)) : nextTickOf(heldBy(watched)));
    }
    const due = state.risk.anchors.map(({ until }) => until ?? Number.POSITIVE_INFINITY).min();
    // One that is due and was not taken waits for quotes: they come by themselves.
    if (due !== undefined && due < Number.POSITIVE_INFINITY) schedule(watched, due > now() ? due - now() : RETRY_MS);
    return undefined;
  }

  function assessmentOf({ accountId, positions }: Account, tenant: TenantId, revision: bigint): Assessment {
    const market = markets.of(tenant);
    const quotes = [...symbolsOf(positions)].sort().flatMap((symbol) => {
      const quote = market.quote(symbol);
      const digits = market.instrument(symbol)?.digits;
      if (!quote || digits === undefined) return [];
      return [{ symbol, bid: quote.bid.toFixed(digits), ask: quote.ask.toFixed(digits), timeMsc: quote.timeMsc }];
    });
    const name = canonicalJson({
      tenant,
      accountId,
      revision: String(revision),
      quotes,
      second: Math.floor(now() / 1000),
    });
    const data = { accountId, assessment: eventIdFor(name, 0), quotes };
    return { type: "AssessRisk", data };
  }

  function schedule(watched: Watched, inMs: number): void {
    clearTimeout(watched.timer);
    if (!isOpen) return;
    watched.timer = setTimeout(() => refresh(watched), Math.min(Math.max(inMs, 1), LONGEST_TIMER_MS));
    watched.timer.unref();
  }

  /** Has it looked at again once one of these instruments leaves its quotes. */
  function wait(watched: Watched, calm: ReadonlyMap<InstrumentSymbol, CalmQuotes>): undefined {
    const { tenant } = watched;
    const bySymbol = waiting.get(tenant) ?? new Map<InstrumentSymbol, CalmIndex<Watched>>();
    waiting.set(tenant, bySymbol);
    for (const symbol of watched.waits) {
      if (calm.has(symbol)) continue;
      const index = bySymbol.get(symbol);
      index?.remove(watched);
      if (index?.isEmpty()) bySymbol.delete(symbol);
    }
    for (const [symbol, quotes] of calm) {
      const index = bySymbol.get(symbol) ?? createCalmIndex<Watched>();
      bySymbol.set(symbol, index);
      index.put(watched, quotes);
      watch(tenant, symbol);
    }
    watched.waits = [...calm.keys()];
  }

  return {
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent;
      const { accountId } = event.data;
      const key = `${tenant}/${accountId}`;
      if (event.type === "RiskRulesSet" && !accounts.has(key)) {
        const nothing = { state: undefined, revision: -1n, waits: [], timer: undefined };
        accounts.set(key, { tenant, accountId, ...nothing, isBusy: false, isStale: false });
      }
      const watched = accounts.get(key);
      if (watched) refresh(watched);
    },
    changed(tenant, accountId) {
      const watched = accounts.get(`${tenant}/${accountId}`);
      if (watched) refresh(watched);
    },
    open() {
      isOpen = true;
      for (const watched of accounts.values()) refresh(watched);
    },
    watches: (tenant, symbol) => waiting.get(tenant)?.has(symbol) === true,
    tick(tenant, symbol, { bid, ask }) {
      for (const watched of waiting.get(tenant)?.get(symbol)?.takeLeft(bid, ask) ?? []) {
        // What is under way ends with a look at the newest quotes.
        const next = watched.isBusy || !isOpen ? undefined : assess(watched);
        if (next) void work(watched, next);
      }
    },
    close() {
      isOpen = false;
      for (const { timer } of accounts.values()) clearTimeout(timer);
    },
  };
}

const symbolsOf = (positions: Account["positions"] | undefined): ReadonlySet<InstrumentSymbol> =>
  new Set(positions?.valueSeq().map(({ symbol }) => symbol));

const heldBy = ({ state }: Watched) => symbolsOf(state?.positions);

/** It cannot be said at which quotes nothing follows: the next ones are looked at. */
const nextTickOf = (symbols: Iterable<InstrumentSymbol>): ReadonlyMap<InstrumentSymbol, CalmQuotes> =>
  new Map(Array.from(symbols, (symbol) => [symbol, neverCalm]));
