import type { ProposedEvent } from "../storage/event.ts";
import { type Failure, invalidArgument, missingMetadata } from "./failures.ts";

/** An event as a client proposes it. */
export interface ProposedMessage {
  /** 16 bytes; undefined if it came with none. */
  readonly id: Uint8Array | undefined;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** The events of one append as they come in, up to a size; beyond it they are no longer kept. */
export interface Gathering {
  readonly events: ProposedEvent[];
  bytes: number;
  /** Why the append cannot be made, if so. */
  invalid: Failure | undefined;
}

export const startGathering = (): Gathering => ({ events: [], bytes: 0, invalid: undefined });

export function gather(into: Gathering, message: ProposedMessage, maxBytes: number): void {
  const { id, type, contentType, data, metadata } = message;
  if (!type || !contentType) into.invalid ??= missingMetadata(["type", "content-type"]);
  else if (!id) into.invalid ??= invalidArgument("An event's id must be a UUID.");
  else {
    into.bytes += data.length + metadata.length;
    if (into.bytes > maxBytes) into.events.length = 0;
    else into.events.push({ id, type, json: contentType === "application/json", data, metadata });
  }
}
