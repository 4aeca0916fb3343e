import type { Api } from "@tradesage/client";
import { parseStream } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";

export interface Creation {
  /** Has a tenant made; gives the milliseconds from the request to the event that it is active. */
  create(tenantId: string): Promise<number>;
  stop(): Promise<void>;
}

const WITHIN_MS = 120_000;

/** Creates tenants by the API, and sees by the history when they are active. */
export async function creation(operator: Api, eventStore: EventStore): Promise<Creation> {
  const stopping = new AbortController();
  const waiting = new Map<string, () => void>();
  const live = Promise.withResolvers<void>();
  async function follow() {
    const { signal } = stopping;
    for await (const delivery of eventStore.subscribeToAll({ after: "end", eventTypes: ["TenantActivated"], signal })) {
      if (delivery.kind === "caught-up") live.resolve();
      if (delivery.kind === "event") waiting.get(parseStream(delivery.event.stream)?.tenant ?? "")?.();
    }
  }
  const following = follow();
  await live.promise;
  return {
    async create(tenantId) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.set(tenantId, resolve);
      const deadline = setTimeout(
        () => reject(new Error(`${tenantId} is not active after ${WITHIN_MS} ms`)),
        WITHIN_MS,
      );
      const started = performance.now();
      await operator.call("createTenant", { tenantId }, { deadlineMs: WITHIN_MS });
      await promise;
      clearTimeout(deadline);
      waiting.delete(tenantId);
      return performance.now() - started;
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
