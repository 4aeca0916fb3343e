import type { Aggregate, EventType } from "@tradesage/contracts";
import type { PlatformTables, TenantTables } from "@tradesage/postgres";
import type { z } from "zod";

type ReadModels = Omit<PlatformTables & TenantTables, "checkpoints">;
type EventTable = Readonly<Record<string, EventType>>;

/** What an event says to a read model. */
export interface Fact<Data = unknown> {
  readonly data: Data;
  /** Who sent the command that led to it: the subject of a token, or a service. */
  readonly actor: string;
  /** When the command came that led to it: ISO 8601, UTC. */
  readonly at: string;
  /** Its number in its stream. */
  readonly revision: string;
  /** Where it stands in the history. */
  readonly position: string;
}

/**
 * What becomes of the row that an event's key names: it is put, whatever was there; changed, and must be there; or
 * removed. A row's `position` is set by the runner.
 */
export type Reaction<Row, Data> =
  | { put(fact: Fact<Data>): Omit<Row, "position"> }
  | { change(row: Row, fact: Fact<Data>): Partial<Row> }
  | "remove"
  | "ignored";

/** A read model as a fold: from the events of one kind of stream to the rows of one table. */
export interface Projection {
  readonly table: string;
  readonly aggregate: Aggregate;
  readonly events: EventTable;
  /** For each column of the primary key, the field of the events' data that it comes from, or `position`; of
   * several the first that is there. */
  readonly key: Readonly<Record<string, string | readonly string[]>>;
  readonly on: Readonly<Record<string, Reaction<object, unknown>>>;
}

/** The same, told of its table and events: every one of them is named, or it does not compile. */
export interface ProjectionOf<Table extends keyof ReadModels, Events extends EventTable> extends Projection {
  readonly table: Table;
  readonly events: Events;
  readonly on: {
    readonly [Name in keyof Events & string]: Reaction<ReadModels[Table], z.output<Events[Name]["schema"]>>;
  };
}
