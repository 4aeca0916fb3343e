import { PLATFORM, parseStream, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Postgres, TenantNotProvisioned } from "@tradesage/postgres";

/** Counts the events of each tenant as they come, and knows which of them its read models have not seen. */
export interface HistoryLag {
  /** Events since this process began. */
  count(tenant: TenantId): number;
  /** Seconds since the oldest event that the tenant's read models lack was kept. */
  lag(tenant: TenantId, now: number): Promise<number>;
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
}

interface Seen {
  count: number;
  /** Events that the read models may lack, the oldest first; more than so many are of no use. */
  readonly recent: { readonly position: bigint; readonly at: number }[];
}

const RECENT = 1000;

export function followLag(
  eventStore: Pick<EventStore, "subscribeToAll">,
  postgres: Pick<Postgres, "tenant">,
  signal: AbortSignal,
): HistoryLag {
  const tenants = new Map<TenantId, Seen>();

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({ after: "end", signal })) {
      if (delivery.kind !== "event") continue;
      const { stream, position, at } = delivery.event;
      const tenant = parseStream(stream)?.tenant;
      if (tenant === undefined || tenant === PLATFORM) continue;
      const seen = tenants.get(tenant) ?? { count: 0, recent: [] };
      tenants.set(tenant, seen);
      seen.count++;
      if (seen.recent.length < RECENT) seen.recent.push({ position, at: at.getTime() });
    }
  }

  /** How far the models of the tenant have come that are furthest behind. */
  async function checkpointOf(tenant: TenantId): Promise<bigint> {
    const row = await postgres.tenant(tenant, (db) =>
      db
        .selectFrom("checkpoints")
        .select("position")
        // Which is how far the stream of ticks has come.
        .where("name", "<>", "ticks")
        .orderBy("position")
        .executeTakeFirst(),
    );
    return BigInt(row?.position ?? 0);
  }

  return {
    ended: follow(),
    count: (tenant) => tenants.get(tenant)?.count ?? 0,
    async lag(tenant, now) {
      const recent = tenants.get(tenant)?.recent ?? [];
      if (recent.length === 0) return 0;
      try {
        const checkpoint = await checkpointOf(tenant);
        const written = recent.findIndex(({ position }) => position > checkpoint);
        recent.splice(0, written === -1 ? recent.length : written);
      } catch (error) {
        if (!(error instanceof TenantNotProvisioned)) throw error;
        recent.length = 0;
      }
      return recent[0] ? Math.max(0, now - recent[0].at) / 1000 : 0;
    },
  };
}
