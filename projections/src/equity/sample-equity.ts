import { setInterval } from "node:timers/promises";
import {
  type AccountId,
  type JsonValue,
  LiveState,
  liveQueries,
  PLATFORM,
  type Position,
  type QueryEnvelope,
  QueryReply,
  type Scope,
  subjects,
  type TenantId,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import { type Postgres, provisionedTenants, TenantNotProvisioned } from "@tradesage/postgres";
import type { Logger } from "@tradesage/telemetry";
import limit from "p-limit";
import { minus, plus } from "../decimals.ts";
import { type DueAccount, dueAccounts } from "./due-accounts.ts";
import { type Sample, storeSamples } from "./store-samples.ts";

export interface EquitySamplerOptions {
  readonly bus: Pick<Bus, "request">;
  readonly postgres: Postgres;
  readonly logger: Logger;
  /** How often accounts with open positions are sampled; a minute if not said. */
  readonly sampleEveryMs?: number;
}

export interface EquitySampler {
  /** Events of a tenant were written to its read models. */
  written(scope: Scope): void;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;
const SAMPLE_EVERY_MS = 60_000;
const TENANTS_AT_ONCE = 4;
const QUESTIONS_AT_ONCE = 8;

/**
 * Keeps what accounts were worth: of each that holds positions once a minute, and of each at every booking, though at
 * most once a second. An account that holds nothing is worth what it has; of others trading is asked, which values them.
 * What cannot be asked or stored now is due still; what was missed while this process was away is found by the last
 * sample of an account, that has another balance.
 */
export function startEquitySampler(options: EquitySamplerOptions): EquitySampler {
  const { bus, postgres, logger, sampleEveryMs = SAMPLE_EVERY_MS } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const atOnce = limit(TENANTS_AT_ONCE);
  const questions = limit(QUESTIONS_AT_ONCE);
  /** Tenants in which something has happened. */
  let changed = new Set<TenantId>();
  const holding = new Set<TenantId>();
  /** Up to where a tenant's bookings have been seen; before the first look its samples tell. */
  const seen = new Map<TenantId, string>();
  /** Accounts that could not be sampled when they were due. */
  const owing = new Map<TenantId, readonly AccountId[]>();

  async function worthOf(tenant: TenantId, account: DueAccount): Promise<Sample | "not to be valued"> {
    const { accountId, position: after, balance, credit } = account;
    if (balance === null || credit === null) return ask(tenant, accountId, after);
    const nothing = minus(balance, balance);
    const held = { equity: plus(balance, credit), margin: nothing, floating: nothing };
    return { accountId, at: new Date().toISOString(), balance, credit, ...held, position: after };
  }

  async function ask(tenant: TenantId, accountId: AccountId, after: Position): Promise<Sample | "not to be valued"> {
    const { name: query } = liveQueries.liveState;
    const envelope: QueryEnvelope = { query, data: { accountId }, tenant, after };
    const reply = await bus.request(subjects.query("live", tenant, query), envelope as unknown as JsonValue);
    const { position, answer } = QueryReply.parse(reply);
    const { at, balance, credit, margin, floating, equity } = LiveState.parse(answer);
    if (floating === undefined || equity === undefined) return "not to be valued";
    return { accountId, at, balance, credit, equity, margin, floating, position };
  }

  async function visit(tenant: TenantId, isTime: boolean): Promise<void> {
    const owed = owing.get(tenant) ?? [];
    const due = await dueAccounts(postgres, tenant, { after: seen.get(tenant), owed, withHolders: isTime });
    if (!due) return;
    const left: AccountId[] = [];
    let failure: unknown;
    const samples = await Promise.all(
      due.accounts.map((account) =>
        questions(() => worthOf(tenant, account)).catch((error: unknown) => {
          failure = error;
          left.push(account.accountId);
          return "not to be valued" as const;
        }),
      ),
    );
    if (left.length > 0)
      logger.warn(
        { err: failure, tenant, accounts: left.length },
        "what accounts are worth is not known; asking again",
      );
    const valued = samples.filter((sample) => sample !== "not to be valued");
    left.push(...(await storeSamples(postgres, tenant, valued)));
    seen.set(tenant, due.upTo);
    owing.set(tenant, left);
    if (left.length > 0) changed.add(tenant);
    if (due.isHeld) holding.add(tenant);
    else holding.delete(tenant);
  }

  async function look(isTime: boolean): Promise<void> {
    const tenants = new Set([...changed, ...(isTime ? holding : [])]);
    changed = new Set();
    const visiting = [...tenants].map((tenant) =>
      atOnce(() => visit(tenant, isTime)).catch((error: unknown) => {
        if (error instanceof TenantNotProvisioned) return void holding.delete(tenant);
        changed.add(tenant);
        logger.warn({ err: error, tenant }, "samples of the equity could not be stored; trying again");
      }),
    );
    await Promise.all(visiting);
  }

  async function run(): Promise<void> {
    let period = Math.floor(Date.now() / sampleEveryMs);
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal })) {
      const now = Math.floor(Date.now() / sampleEveryMs);
      await look(now !== period);
      period = now;
    }
  }

  const beginning = provisionedTenants(postgres).then(
    (tenants) => {
      for (const tenant of tenants) changed.add(tenant);
    },
    (error: unknown) => logger.warn({ err: error }, "tenants are sampled once something happens in them"),
  );
  const running = beginning.then(run).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });

  return {
    written(scope) {
      if (scope !== PLATFORM) changed.add(scope);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
