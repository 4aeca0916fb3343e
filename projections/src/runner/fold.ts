import { parseStream } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Fact, Projection, Reaction } from "../projection.ts";
import { factOf } from "./fact-of.ts";

type Row = Record<string, unknown>;

/** What a batch of events does to one read model, before anything is written. */
export interface Changes {
  /** Key of each row that must be read first: its first change is not one that puts it. */
  readonly toRead: readonly Row[];
  /** The rows as they are after the batch, given those that were read. */
  apply(read: readonly Row[]): { readonly put: readonly Row[]; readonly removed: readonly Row[] };
}

interface Step {
  readonly reaction: Exclude<Reaction<object, unknown>, "ignored">;
  readonly fact: Fact;
  readonly event: RecordedEvent;
}

/** Sorts events by the row that they concern. Pure: the database is read and written once for all of them. */
export function changesOf(projection: Projection, events: readonly RecordedEvent[]): Changes {
  const columns = Object.entries(projection.key);
  const keyOf = (row: Row) => JSON.stringify(columns.map(([column]) => row[column]));
  const rows = new Map<string, { key: Row; steps: Step[] }>();

  for (const event of events) {
    const step = stepOf(projection, event);
    if (!step) continue;
    const named: Row = { ...(step.fact.data as Row), position: step.fact.position };
    const key = Object.fromEntries(columns.map(([column, field]) => [column, fieldOf(named, field)]));
    const row = rows.get(keyOf(key));
    if (row) row.steps.push(step);
    else rows.set(keyOf(key), { key, steps: [step] });
  }

  return {
    toRead: [...rows.values()].filter(({ steps: [first] }) => !puts(first)).map(({ key }) => key),
    apply(read) {
      const before = new Map(read.map((row) => [keyOf(row), row]));
      const put: Row[] = [];
      const removed: Row[] = [];
      for (const [name, { key, steps }] of rows) {
        const after = steps.reduce((row, step) => next(projection, row, step), before.get(name));
        if (after) put.push(after);
        else removed.push(key);
      }
      return { put, removed };
    },
  };
}

const fieldOf = (row: Row, field: string | readonly string[]) =>
  typeof field === "string" ? row[field] : row[field.find((name) => row[name] !== undefined) ?? ""];

const puts = (step: Step | undefined) => typeof step?.reaction === "object" && "put" in step.reaction;

/**
 * What an event means to a read model; `undefined` if nothing.
 * @throws Error, for an event that this code does not know or that is not what its type says: it is not skipped.
 */
function stepOf(projection: Projection, event: RecordedEvent): Step | undefined {
  const stream = parseStream(event.stream);
  if (stream?.aggregate !== projection.aggregate) return undefined;
  const type = Object.hasOwn(projection.events, event.type) ? projection.events[event.type] : undefined;
  const reaction = type && projection.on[type.name];
  if (!type || !reaction) throw new Error(`there is no event ${event.type} in the contract of ${stream.aggregate}`);
  if (reaction === "ignored") return undefined;
  return { reaction, event, fact: factOf(event, type, stream.tenant) };
}

function next(projection: Projection, row: Row | undefined, { reaction, fact, event }: Step): Row | undefined {
  if (reaction === "remove") return undefined;
  const { position } = fact;
  if ("put" in reaction) return { ...reaction.put(fact), position };
  if (!row) throw new Error(`${event.type} changes a row of ${projection.table} that is not there`);
  return { ...row, ...reaction.change(row, fact), position };
}
