import { randomBytes } from "node:crypto";
import type { Committer } from "./committer.ts";
import type { Reader } from "./storage/reader.ts";

/** A new store begins with an event of the server's own, as EventStoreDB's does: `$all` is never empty. */
export async function initialize(reader: Reader, committer: Committer): Promise<void> {
  if (reader.lastPosition() > 0n) return;
  const nothing = new Uint8Array();
  const outcome = await committer.append(
    "$projections-$all",
    [{ id: randomBytes(16), type: "$ProjectionsInitialized", json: false, data: nothing, metadata: nothing }],
    -1n,
  );
  if (outcome.kind === "failed") throw new Error(`the store takes no events: ${outcome.message}`);
}
