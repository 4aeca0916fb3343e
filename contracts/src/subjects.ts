import type { Scope } from "./envelope.ts";
import type { AccountId, InstrumentSymbol, TenantId } from "./ids.ts";
import type { Timeframe } from "./market-data/bars.ts";

/** Commands are spread over this many partitions by the id of their aggregate; an instance serves some of them. */
export const PARTITIONS = 16;

/** FNV-1a, 32 bit: spreads ids evenly and is the same everywhere. Source: RFC 9923. */
export function partitionOf(aggregateId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < aggregateId.length; i++) hash = Math.imul(hash ^ aggregateId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PARTITIONS;
}

/** A name as one NATS token: what is not a letter, digit, `_` or `-` becomes `=` and its code in two hex digits. */
export function subjectToken(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, (char) => `=${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

export function nameOfToken(token: string): string {
  return token.replace(/=([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** A terminal: an account of a broker, logged in to. */
export interface TerminalId {
  readonly server: string;
  readonly login: number;
}

const terminal = (tenant: TenantId, { server, login }: TerminalId) =>
  `terminals.${tenant}.${subjectToken(`${server}/${login}`)}`;

export const subjects = {
  command: (service: string, tenant: TenantId, name: string, aggregateId: string) =>
    `cmd.${service}.${tenant}.${name}.${partitionOf(aggregateId)}`,
  /** What a service listens on for its commands. */
  commandsOf: (service: string) => `cmd.${service}.>`,
  query: (owner: string, scope: Scope, name: string) => `query.${owner}.${scope}.${name}`,
  queriesOf: (owner: string) => `query.${owner}.>`,
  ticks: (tenant: TenantId, symbol: InstrumentSymbol) => `ticks.${tenant}.${subjectToken(symbol)}`,
  ticksOf: (tenant: TenantId) => `ticks.${tenant}.*`,
  allTicks: "ticks.>",
  /** Published as live ticks come: the newest good ones as a batch, for those who follow prices alone. */
  quotes: (tenant: TenantId, symbol: InstrumentSymbol) => `quotes.${tenant}.${subjectToken(symbol)}`,
  quotesOf: (tenant: TenantId) => `quotes.${tenant}.*`,
  allQuotes: "quotes.>",
  bars: (tenant: TenantId, symbol: InstrumentSymbol, timeframe: Timeframe) =>
    `bars.${tenant}.${subjectToken(symbol)}.${timeframe}`,
  /** Published of accounts that somebody follows: a LiveState as JSON. */
  liveState: (tenant: TenantId, account: AccountId) => `states.${tenant}.${subjectToken(account)}`,
  liveStatesOf: (tenant: TenantId) => `states.${tenant}.*`,
  /** Served by the bridge to which the terminal's expert is connected: an Instruction, answered by a Report. */
  instructions: (tenant: TenantId, id: TerminalId) => `${terminal(tenant, id)}.instruct`,
  /** Served by the same: a SnapshotRequest, answered once it is on its way to the expert. */
  snapshotRequests: (tenant: TenantId, id: TerminalId) => `${terminal(tenant, id)}.look`,
  /** Stored: what an expert reported of an instruction, as Evidence. The newest of each instruction is kept. */
  report: (tenant: TenantId, id: TerminalId, instruction: string) =>
    `${terminal(tenant, id)}.report.${subjectToken(instruction)}`,
  /** Stored: what an expert's account holds, as Evidence. The newest is kept. */
  snapshot: (tenant: TenantId, id: TerminalId) => `${terminal(tenant, id)}.snapshot`,
  /** All that a tenant's experts have told. */
  evidenceOf: (tenant: TenantId) => `terminals.${tenant}.>`,
  /** All that experts have told. */
  allReports: "terminals.*.*.report.*",
  allSnapshots: "terminals.*.*.snapshot",
  barsOf: (tenant: TenantId) => `bars.${tenant}.>`,
} as const;

/** Whose evidence a message is, out of its subject. Throws nothing: a subject that is none gives `undefined`. */
export function tenantOfEvidence(subject: string): TenantId | undefined {
  return /^terminals\.([a-z][a-z0-9_]{2,30})\./.exec(subject)?.[1];
}
