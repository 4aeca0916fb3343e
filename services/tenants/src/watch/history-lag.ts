import { PLATFORM, parseStream, type TenantId } from "@tradesage/contracts";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { type Postgres, TenantNotProvisioned } from "@tradesage/postgres";

/** Counts the events of each tenant, and knows which of them its read models have not seen. */
export interface HistoryLag {
  /** Reads what was kept since the last time; the first time, where the history ends. Throws EventStoreUnavailable. */
  readOn(): Promise<void>;
  /** Events since the first time. */
  count(tenant: TenantId): number;
  /** Seconds since the oldest event that the tenant's read models lack was kept, as far as was read. */
  lag(tenant: TenantId, now: number): Promise<number>;
}

interface Seen {
  count: number;
  /** Of the events that the read models may lack, the oldest first: one in `APART_MS`, and the newest. */
  readonly recent: { readonly position: bigint; readonly at: number }[];
}

/** So exactly is a lag told. */
const APART_MS = 100;
const RECENT = 1000;

/** Events are read many at a time, at each look: to follow them as they come costs several times as much. */
export function historyLag(
  eventStore: Pick<EventStore, "head" | "readPages">,
  postgres: Pick<Postgres, "tenant">,
): HistoryLag {
  const tenants = new Map<TenantId, Seen>();
  let after: bigint | undefined;

  function see({ stream, position, at }: KeptEvent): void {
    const tenant = parseStream(stream)?.tenant;
    if (tenant === undefined || tenant === PLATFORM) return;
    const seen = tenants.get(tenant) ?? { count: 0, recent: [] };
    tenants.set(tenant, seen);
    seen.count++;
    const { recent } = seen;
    const isNear = at.getTime() - (recent.at(-2)?.at ?? Number.NEGATIVE_INFINITY) < APART_MS;
    if (isNear || recent.length === RECENT) recent.pop();
    recent.push({ position, at: at.getTime() });
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
    async readOn() {
      after ??= await eventStore.head();
      for await (const page of eventStore.readPages({ after }))
        for (const event of page) {
          see(event);
          after = event.position;
        }
    },
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
