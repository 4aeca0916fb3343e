import type { Scope } from "./envelope.ts";
import { type AccountId, type InstrumentSymbol, PLATFORM, type TenantId } from "./ids.ts";
import { nameOfToken, subjectToken } from "./subjects.ts";

/** Names of event streams: `<tenant>-<aggregate>-<id>`, so that EventStoreDB's category of a stream is its tenant. */
export const streams = {
  tenant: (tenant: TenantId) => `${tenant}-tenant-${tenant}`,
  backups: (tenant: TenantId) => `${tenant}-backups-${tenant}`,
  account: (tenant: TenantId, account: AccountId) => `${tenant}-account-${account}`,
  /** Of a tenant, or of the platform. */
  desk: (scope: Scope) => `${scope}-desk-${scope}`,
  /** Of an account. */
  journal: (tenant: TenantId, account: AccountId) => `${tenant}-journal-${account}`,
  instrument: (tenant: TenantId, symbol: InstrumentSymbol) => `${tenant}-instrument-${subjectToken(symbol)}`,
} as const;

/** Where the chain of a tenant's events is recorded: with the platform, and no part of the tenant's own history. */
export const chainStream = (tenant: TenantId) => `${PLATFORM}-chain-${tenant}`;

export type Aggregate = keyof typeof streams;

/** What the name of a stream says. */
export interface StreamName {
  readonly tenant: TenantId;
  readonly aggregate: Aggregate;
  readonly id: string;
}

/**
 * What a stream's name says. Throws nothing: a name that is not ours gives `undefined`. Names that come again and again
 * are remembered: whoever follows the history looks at each several times.
 */
export function parseStream(name: string): StreamName | undefined {
  if (remembered.has(name)) return remembered.get(name);
  const match = /^([a-z][a-z0-9_]{2,30})-(tenant|backups|account|journal|instrument|desk)-(.+)$/.exec(name);
  const [, tenant = "", aggregate, id = ""] = match ?? [];
  const parsed = match ? { tenant, aggregate: aggregate as Aggregate, id: nameOfToken(id) } : undefined;
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(name, parsed);
  return parsed;
}

/** Beyond so many all are forgotten. */
const REMEMBERED = 10_000;
const remembered = new Map<string, StreamName | undefined>();
