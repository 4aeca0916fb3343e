import { setInterval, setTimeout } from "node:timers/promises";
import type { CommandHandler } from "@tradesage/command-handler";
import { EventMetadata, tenantEvents } from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import { type Postgres, PostgresUnavailable, platformCheckpoint, provisionTenantSchema } from "@tradesage/postgres";
import { continueTrace, type Logger, withSpan } from "@tradesage/telemetry";
import limit from "p-limit";
import { activate, completeTemplateChange, reportFailure } from "./provisioning-commands.ts";

export interface ProvisioningOptions {
  readonly eventStore: Pick<EventStore, "subscribeToAll">;
  readonly postgres: Postgres;
  readonly tenant: CommandHandler;
  readonly logger: Logger;
}

export interface Provisioning {
  /** Rejects when the history cannot be followed any more: the process must end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const { TenantRequested, TemplateChangeRequested } = tenantEvents;

/** More at once would only wait for each other: Postgres makes one role at a time. */
const AT_ONCE = 4;
const BACK_OFF_MS = { first: 100, most: 10_000 };
const TOLD_AFTER_FAILURES = 3;
const SAVE_EVERY_MS = 1000;

/**
 * Whenever a tenant or a wider template for one is requested, makes what it needs and tells the tenant so. The checkpoint does not pass a request that
 * is unfinished, and both steps may be repeated: whatever dies, the next process finishes what this one began.
 */
export async function startProvisioning(options: ProvisioningOptions): Promise<Provisioning> {
  const { eventStore, postgres, tenant, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const atOnce = limit(AT_ONCE);
  const checkpoint = platformCheckpoint(postgres, "provisioning");
  let saved = await checkpoint.load();
  let seen = saved;
  /** For each unfinished request, the position before it, in order. */
  const unfinished = new Set<bigint>();
  const running = new Set<Promise<void>>();

  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({
      after: seen === 0n ? "start" : seen,
      eventTypes: [TenantRequested.name, TemplateChangeRequested.name],
      signal,
    })) {
      if (delivery.kind === "checkpoint") seen = delivery.position;
      if (delivery.kind !== "event") continue;
      const { event } = delivery;
      begin(event, seen);
      seen = event.position;
    }
  }

  function begin(request: RecordedEvent, before: bigint): void {
    unfinished.add(before);
    const work = finish(request).then((finished) => {
      running.delete(work);
      if (finished) unfinished.delete(before);
    });
    running.add(work);
  }

  /** Tries until it is done; false if this process ends before. */
  async function finish(request: RecordedEvent): Promise<boolean> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await atOnce(() => attempt(request));
        return true;
      } catch (error) {
        logger.warn(
          { stream: request.stream, failures, err: error },
          "a tenant could not be provisioned; trying again",
        );
        await tell(request, failures, error);
        const ms = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** Math.min(failures, 10));
        await setTimeout(ms, undefined, { signal }).catch(() => undefined);
      }
    }
    return false;
  }

  async function attempt(request: RecordedEvent): Promise<void> {
    const isNew = request.type === TenantRequested.name;
    const { tenantId, template } = (isNew ? TenantRequested : TemplateChangeRequested).schema.parse(request.data);
    const metadata = EventMetadata.parse(request.metadata);
    await continueTrace(metadata.traceparent, () =>
      withSpan("provision", { "tradesage.tenant": tenantId }, async () => {
        await provisionTenantSchema(postgres, tenantId, template);
        await tenant.handle(
          isNew ? activate(request.id, metadata) : completeTemplateChange(request.id, metadata, template),
        );
      }),
    );
    logger.info({ tenant: tenantId, template }, "a tenant was provisioned");
  }

  async function tell(request: RecordedEvent, failures: number, error: unknown): Promise<void> {
    if (failures !== TOLD_AFTER_FAILURES || error instanceof PostgresUnavailable) return;
    const metadata = EventMetadata.safeParse(request.metadata);
    if (!metadata.success) return;
    await tenant
      .handle(reportFailure(request.id, metadata.data, error))
      .catch((cause: unknown) => logger.warn({ err: cause }, "a failure could not be told"));
  }

  async function save(): Promise<void> {
    const [first = seen] = unfinished;
    if (first <= saved) return;
    await checkpoint.save(first);
    saved = first;
  }

  async function saveNowAndThen(): Promise<void> {
    for await (const _ of setInterval(SAVE_EVERY_MS, undefined, { signal })) {
      await save().catch((error: unknown) => logger.warn({ err: error }, "the checkpoint could not be saved"));
    }
  }

  const ended = follow();
  const saving = saveNowAndThen().catch(() => undefined);
  return {
    ended,
    async stop() {
      stopping.abort();
      await Promise.allSettled([ended, saving, ...running]);
      await save().catch(() => undefined);
    },
  };
}
