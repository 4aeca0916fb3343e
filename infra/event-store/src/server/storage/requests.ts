import type { ProposedEvent, StoredEvent } from "./event.ts";

/** What a write demands of its stream: an exact revision (-1: none), that it exists, or nothing. */
export type Expected = bigint | "any" | "exists";

export type WriteRequest =
  | {
      readonly kind: "append";
      readonly stream: string;
      readonly expected: Expected;
      readonly events: readonly ProposedEvent[];
    }
  | { readonly kind: "delete" | "tombstone"; readonly stream: string; readonly expected: Expected };

export type WriteOutcome =
  | { readonly kind: "written"; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: "wrong-revision"; readonly actual: bigint }
  /** The stream bears a tombstone. */
  | { readonly kind: "stream-deleted" }
  /** The disk is full, or failed. Nothing of the request was kept. */
  | { readonly kind: "failed"; readonly message: string };

/** What became of a group: of each request in turn, and all events that it left, in the order of their positions. */
export interface Written {
  readonly outcomes: readonly WriteOutcome[];
  readonly events: readonly StoredEvent[];
}
