import { DiscardPolicy, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { subjects, type TenantId } from "@tradesage/contracts";
import type { Bus, DurableConsumer, StreamDeclaration } from "./bus.ts";

/** The tick projection. It needs no acknowledgements: its checkpoint commits with its rows in Postgres and is the truth. */
export const tickProjection: DurableConsumer = { name: "tick-projection", stream: "TICKS" };

/** What the experts of terminals told. The trading service reads it whole at each start: it holds the newest only. */
export const terminalEvidence: DurableConsumer = { name: "trading", stream: "TERMINALS" };

/** Names of the buckets. */
export const buckets = {
  /** Refused commands by command id, so that a repeat is refused alike. */
  refusals: "refusals",
  /** Objects: what was folded out of the history, so that it need not be folded anew. Can be dropped at any time. */
  snapshots: "snapshots",
} as const;

interface StreamSettings {
  /** Copies of each stream: 1, or 3 in a cluster. */
  readonly replicas: number;
  /** Bytes on disk above which the oldest ticks go. */
  readonly ticksMaxBytes: number;
  /** Bytes on disk above which no snapshot is taken any more. */
  readonly snapshotsMaxBytes: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const EVIDENCE_MAX_BYTES = 512 * 1024 ** 2;

/** Every JetStream stream and bucket of the product. */
function declarations({ replicas, ticksMaxBytes, snapshotsMaxBytes }: StreamSettings): StreamDeclaration[] {
  return [
    {
      name: tickProjection.stream,
      description: "Tick batches of all tenants, until the tick projection has them and a while longer",
      subjects: [subjects.allTicks],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(7 * DAY_MS),
      max_bytes: ticksMaxBytes,
      duplicate_window: nanos(2 * MINUTE_MS),
      num_replicas: replicas,
    },
    {
      name: terminalEvidence.stream,
      description: "The newest snapshot of each expert's account, and its reports, each once",
      subjects: [subjects.allReports, subjects.allSnapshots],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs_per_subject: 1,
      max_age: nanos(7 * DAY_MS),
      max_bytes: EVIDENCE_MAX_BYTES,
      num_replicas: replicas,
    },
    bucket(buckets.refusals, { ttlMs: DAY_MS, maxBytes: 256 * 1024 ** 2, replicas }),
    objects(buckets.snapshots, { maxBytes: snapshotsMaxBytes, replicas }),
  ];
}

/** A key-value bucket is a stream of a certain shape (NATS ADR-8). Never read from a replica that may lag behind. */
function bucket(name: string, options: { ttlMs: number; maxBytes: number; replicas: number }): StreamDeclaration {
  return {
    name: `KV_${name}`,
    subjects: [`$KV.${name}.>`],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    max_age: nanos(options.ttlMs),
    max_bytes: options.maxBytes,
    num_replicas: options.replicas,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: false,
  };
}

/** An object store is a stream of a certain shape too (NATS ADR-20). */
function objects(name: string, options: { maxBytes: number; replicas: number }): StreamDeclaration {
  return {
    name: `OBJ_${name}`,
    subjects: [`$O.${name}.C.>`, `$O.${name}.M.>`],
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: options.maxBytes,
    num_replicas: options.replicas,
    allow_rollup_hdrs: true,
  };
}

/**
 * Creates the streams that are missing and changes those that differ; any process may call it at any time.
 * Settings: `NATS_REPLICAS` (default 1), `NATS_TICKS_MAX_BYTES` (2 GiB), `NATS_SNAPSHOTS_MAX_BYTES` (1 GiB).
 * Throws an Error that names a bad one.
 */
export async function ensureStreams(bus: Bus, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const settings = {
    replicas: positive(environment, "NATS_REPLICAS", 1),
    ticksMaxBytes: positive(environment, "NATS_TICKS_MAX_BYTES", 2 * 1024 ** 3),
    snapshotsMaxBytes: positive(environment, "NATS_SNAPSHOTS_MAX_BYTES", 1024 ** 3),
  };
  for (const declaration of declarations(settings)) await bus.declare(declaration);
}

/** Deletes what streams and buckets hold of a tenant: ticks, read or not, evidence, snapshots. Throws BusUnavailable. */
export async function forgetTenant(bus: Pick<Bus, "purge" | "objects">, tenant: TenantId): Promise<void> {
  await bus.purge(tickProjection.stream, subjects.ticksOf(tenant));
  await bus.purge(terminalEvidence.stream, subjects.evidenceOf(tenant));
  const snapshots = await bus.objects(buckets.snapshots);
  await snapshots.removeAll(`${tenant}-`);
}

function positive(environment: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = Number(environment[name] || fallback);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name}: expected a whole number greater than 0`);
  return value;
}
