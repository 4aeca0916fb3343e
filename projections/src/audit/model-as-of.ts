import {
  canonicalJson,
  type JsonObject,
  type ModelAsOf,
  type modelQueries,
  type RowAsOf,
  type TenantId,
} from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { z } from "zod";
import { projectionOf } from "../projections.ts";
import { type ModelAt, type Row, replayModel } from "./replay-model.ts";

export type ModelQuestion = z.output<typeof modelQueries.auditModel.schema>;

/** A page must fit into one message of the bus (1 MiB). */
const BYTES_A_PAGE = 768 * 1024;

/**
 * A page of a read model as it was at a moment, by key; with `since` of the rows that are different from then.
 * @throws as `replayModel`
 */
export async function modelAsOf(
  eventStore: Pick<EventStore, "readAll">,
  tenant: TenantId,
  question: ModelQuestion,
  withinMs: number,
): Promise<ModelAsOf> {
  const { model, at, since, accountId, limit, cursor = "" } = question;
  const projection = projectionOf(model);
  const replayed = await replayModel(eventStore, { tenant, projection, accountId, at, since, withinMs });
  const keys = [...(since === undefined ? replayed.rows : replayed.before).keys()].filter((key) => key > cursor).sort();
  const items: RowAsOf[] = [];
  const last = replayed.last && { last: replayed.last };
  let bytes = 0;
  for (const key of keys) {
    const item = itemOf(key, replayed, since !== undefined);
    if (item === undefined) continue;
    items.push(item);
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (items.length === limit || bytes >= BYTES_A_PAGE) return { ...last, items, next: key };
  }
  return { ...last, items };
}

/** A row of the answer; none where it is, by content, what it was. */
function itemOf(key: string, { rows, before }: ModelAt, isCompared: boolean): RowAsOf | undefined {
  const [row, earlier] = [rows.get(key), isCompared ? before.get(key) : undefined].map((it) => it && told(it));
  if (isCompared && canonicalJson(row) === canonicalJson(earlier)) return undefined;
  return { key, ...(row && { row }), ...(earlier && { before: earlier }) };
}

/** A row as the API writes names: `opened_at` is `openedAt`. */
const told = (row: Row): JsonObject =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as JsonObject;
