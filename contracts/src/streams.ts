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

/** What a stream's name says. Throws nothing: a name that is not ours gives `undefined`. */
export function parseStream(name: string): { tenant: TenantId; aggregate: Aggregate; id: string } | undefined {
  const match = /^([a-z][a-z0-9_]{2,30})-(tenant|backups|account|journal|instrument|desk)-(.+)$/.exec(name);
  if (!match) return undefined;
  const [, tenant = "", aggregate, id = ""] = match;
  return { tenant, aggregate: aggregate as Aggregate, id: nameOfToken(id) };
}
