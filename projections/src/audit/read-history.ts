import {
  type AuditEntry,
  type auditQueries,
  EventMetadata,
  type JsonObject,
  streams,
  type TenantId,
} from "@tradesage/contracts";
import type { EventStore, RecordedEvent } from "@tradesage/event-store";
import type { z } from "zod";

export type AuditQuestion = z.output<typeof auditQueries.auditEvents.schema>;
type Page = z.output<typeof auditQueries.auditEvents.answer>;

/** What one request reads at most, whatever it looks for: a page that finds little ends here, and has a next one. */
const EVENTS_A_PAGE = 10_000;
/** A page must fit into one message of the bus (1 MiB). */
const BYTES_A_PAGE = 768 * 1024;

/**
 * A page of a tenant's own events behind the cursor that answer the question, oldest first.
 * @throws EventStoreUnavailable
 */
export async function readHistory(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  question: AuditQuestion,
): Promise<Page> {
  const { accountId, cursor, limit } = question;
  const account = accountId === undefined ? undefined : streams.account(tenant, accountId);
  const events = eventStore.readAll({
    streamPrefixes: [account ?? `${tenant}-`],
    limit: EVENTS_A_PAGE,
    ...(cursor !== undefined && { after: BigInt(cursor) }),
  });
  const items: AuditEntry[] = [];
  let read = 0;
  let bytes = 0;
  for await (const event of events) {
    read++;
    const entry = entryOf(event);
    // A prefix of one account's stream is also that of others: `main` of `main-2`.
    if ((account === undefined || event.stream === account) && answers(question, entry)) {
      items.push(entry);
      bytes += Buffer.byteLength(JSON.stringify(entry));
    }
    if (items.length === limit || bytes >= BYTES_A_PAGE || read === EVENTS_A_PAGE)
      return { items, next: entry.position };
  }
  return { items };
}

function answers({ from, to, actor, command, correlation, type }: AuditQuestion, entry: AuditEntry): boolean {
  const at = Date.parse(entry.recordedAt);
  return (
    (from === undefined || at >= Date.parse(from)) &&
    (to === undefined || at < Date.parse(to)) &&
    (actor === undefined || entry.actor === actor) &&
    (command === undefined || entry.command === command) &&
    (correlation === undefined || entry.correlation === correlation) &&
    (type === undefined || entry.type === type)
  );
}

function entryOf({ id, type, stream, revision, position, at, data, metadata }: RecordedEvent): AuditEntry {
  const { actor, command, correlation, causation, at: requestedAt, schema } = EventMetadata.parse(metadata);
  return {
    position: String(position),
    eventId: id,
    stream,
    revision: String(revision),
    type,
    recordedAt: at.toISOString(),
    requestedAt,
    actor,
    command,
    correlation,
    ...(causation !== undefined && { causation }),
    schema,
    data: data as JsonObject,
  };
}
