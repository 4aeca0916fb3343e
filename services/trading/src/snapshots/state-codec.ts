import type { StateCodec } from "@tradesage/command-handler";
import type { JsonObject, JsonValue } from "@tradesage/contracts";
import { Map as PersistentMap, Set as PersistentSet } from "immutable";
import { decimal, isDecimal } from "../calculation/decimal.ts";

/** Members of a collection in a piece. */
const MEMBERS = 2000;

/**
 * States of plain objects and arrays, exact decimals, persistent collections and sets of the language; anything else that
 * can be gone through becomes such a set. What JSON does not know is an object of one key that begins with `$`. A collection comes in pieces ahead of what it is in, which names it by its number.
 */
export const stateCodec = <State>(): StateCodec<State> => ({ encode, decode: (pieces) => decode(pieces) });

type Kind = "map" | "set" | "fixed";
interface Piece {
  readonly $piece: number;
  readonly of: Kind;
  readonly members: readonly JsonValue[];
}

function* encode(state: unknown): Generator<JsonValue> {
  let collections = 0;
  yield yield* written(state);

  function* written(value: unknown): Generator<JsonValue, JsonValue> {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (value === undefined) return { $absent: true };
    if (isDecimal(value)) return { $decimal: value.toString() };
    if (PersistentMap.isMap(value)) return { $map: yield* inPieces("map", value) };
    if (PersistentSet.isSet(value)) return { $set: yield* inPieces("set", value) };
    if (Array.isArray(value)) return yield* items(value);
    if (isIterable(value)) return { $fixed: yield* inPieces("fixed", value) };
    if (Object.getPrototypeOf(value) === Object.prototype) return yield* fields(value as object);
    throw new TypeError("there is something in the state that a snapshot does not know");
  }
  function* items(values: readonly unknown[]): Generator<JsonValue, JsonValue[]> {
    const all: JsonValue[] = [];
    for (const value of values) all.push(yield* written(value));
    return all;
  }
  function* fields(value: object): Generator<JsonValue, JsonObject> {
    const all: Record<string, JsonValue> = {};
    for (const [key, field] of Object.entries(value)) {
      if (key.startsWith("$")) throw new TypeError(`a snapshot takes no field ${key}`);
      all[key] = yield* written(field);
    }
    return all;
  }
  function* inPieces(of: Kind, values: Iterable<unknown>): Generator<JsonValue, number> {
    const $piece = ++collections;
    let members: JsonValue[] = [];
    for (const value of values) {
      members.push(yield* written(value));
      if (members.length < MEMBERS) continue;
      yield { $piece, of, members };
      members = [];
    }
    if (members.length > 0) yield { $piece, of, members };
    return $piece;
  }
}

async function decode<State>(pieces: AsyncIterable<JsonValue>): Promise<State> {
  const maps = new Map<number, PersistentMap<unknown, unknown>>();
  const sets = new Map<number, PersistentSet<unknown>>();
  const fixed = new Map<number, Set<unknown>>();
  for await (const piece of pieces) {
    if (isPiece(piece)) collect(piece);
    else return read(piece) as State;
  }
  throw new Error("the snapshot ends before its state");

  /** Grown in place, piece by piece; nobody else has them yet. */
  function collect({ $piece, of, members }: Piece): void {
    if (of === "set") {
      const set = sets.get($piece) ?? PersistentSet<unknown>().asMutable();
      for (const member of members) set.add(read(member));
      sets.set($piece, set);
      return;
    }
    if (of === "fixed") {
      const set = fixed.get($piece) ?? new Set();
      for (const member of members) set.add(read(member));
      fixed.set($piece, set);
      return;
    }
    const map = maps.get($piece) ?? PersistentMap<unknown, unknown>().asMutable();
    for (const entry of members) {
      const [key, value] = read(entry) as [unknown, unknown];
      map.set(key, value);
    }
    maps.set($piece, map);
  }

  function read(value: JsonValue | undefined): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(read);
    const { $absent, $decimal, $map, $set, $fixed, ...fields } = value as JsonObject;
    if ($absent !== undefined) return undefined;
    if ($decimal !== undefined) return decimal(String($decimal));
    if ($map !== undefined) return maps.get(Number($map))?.asImmutable() ?? PersistentMap();
    if ($set !== undefined) return sets.get(Number($set))?.asImmutable() ?? PersistentSet();
    if ($fixed !== undefined) return fixed.get(Number($fixed)) ?? new Set();
    return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, read(field)]));
  }
}

const isPiece = (value: JsonValue): value is JsonValue & Piece =>
  typeof value === "object" && value !== null && "$piece" in value;

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.iterator in value;
