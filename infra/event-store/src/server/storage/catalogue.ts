import type { StatementSync } from "node:sqlite";
import { isMetastream, MAX_REVISION, metastreamOf } from "./event.ts";
import { isSoftDeleted, type Limits, limitsOf } from "./limits.ts";

/** A stream as the writer knows it. */
export interface StreamState {
  readonly name: string;
  readonly number: bigint;
  /** The newest revision; -1 before the first. */
  last: bigint;
  readonly limits: Limits;
}

/** A category or type: its number, and the revision that its next event gets. */
export interface Series {
  readonly number: bigint;
  next: bigint;
}

/** Entries kept of each kind; beyond them all are forgotten and found again on the disk. */
const KEPT = 100_000;

/** Streams, categories and types by name, as the writer needs them: numbers and newest revisions, kept in memory. */
export function createCatalogue(prepare: (sql: string) => StatementSync) {
  const streams = new Map<string, StreamState>();
  const series = { category: new Map<string, Series>(), type: new Map<string, Series>() };

  function findStream(name: string): StreamState | undefined {
    const found = prepare(
      "SELECT number, (SELECT max(revision) FROM events WHERE stream = number) AS last FROM streams WHERE name = ?",
    ).get(name) as { number: bigint; last: bigint | null } | undefined;
    return found && { name, number: found.number, last: found.last ?? -1n, limits: limitsOf(name, metadataOf(name)) };
  }

  function metadataOf(name: string): Uint8Array | undefined {
    if (isMetastream(name)) return undefined;
    const newest = prepare(
      "SELECT data FROM events WHERE stream = (SELECT number FROM streams WHERE name = ?) ORDER BY revision DESC LIMIT 1",
    ).get(metastreamOf(name)) as { data: Uint8Array } | undefined;
    return newest?.data;
  }

  function openSeries(kind: "category" | "type", name: string): Series {
    const table = kind === "category" ? "categories" : "types";
    const found = prepare(
      `SELECT number, max(next_revision,
         coalesce((SELECT max(${kind}_revision) + 1 FROM events WHERE ${kind} = number), 0)) AS next
       FROM ${table} WHERE name = ?`,
    ).get(name) as unknown as Series | undefined;
    if (found) return { ...found };
    const made = prepare(`INSERT INTO ${table} (name, next_revision) VALUES (?, 0) RETURNING number`).get(name);
    return { number: (made as { number: bigint }).number, next: 0n };
  }

  return {
    metadataOf,
    /** The stream, if it was ever written to or has metadata. */
    stream(name: string): { last: bigint; limits: Limits; tombstoned: boolean; softDeleted: boolean } {
      const state = streams.get(name) ?? findStream(name);
      if (state) keep(streams, name, state);
      const limits = state?.limits ?? limitsOf(name, metadataOf(name));
      const last = state?.last ?? -1n;
      return { last, limits, tombstoned: last === MAX_REVISION, softDeleted: isSoftDeleted(limits) };
    },
    /** The stream as it is written to; made if it is new. */
    openStream(name: string): StreamState {
      const known = streams.get(name) ?? findStream(name);
      if (known) return keep(streams, name, known);
      const made = prepare("INSERT INTO streams (name) VALUES (?) RETURNING number").get(name) as { number: bigint };
      return keep(streams, name, { name, ...made, last: -1n, limits: limitsOf(name, metadataOf(name)) });
    },
    series: (kind: "category" | "type", name: string): Series =>
      series[kind].get(name) ?? keep(series[kind], name, openSeries(kind, name)),
    /** Its metadata changed. */
    forgetStream(name: string): void {
      streams.delete(name);
    },
    /** A transaction was undone. */
    forgetAll(): void {
      for (const kept of [streams, series.category, series.type]) kept.clear();
    },
  };
}

function keep<Kept>(map: Map<string, Kept>, name: string, value: Kept): Kept {
  if (map.size >= KEPT) map.clear();
  map.set(name, value);
  return value;
}
