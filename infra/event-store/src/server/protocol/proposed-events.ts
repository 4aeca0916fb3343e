import type sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import type { ProposedEvent } from "../storage/event.ts";
import { type Failure, invalidArgument, missingMetadata } from "./failures.ts";
import { uuidBytes } from "./identifiers.ts";

/** What the messages of both kinds of append have in common. */
interface Message {
  getId(): sharedPb.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

/** The events of one append as they come in, up to a size; beyond it they are no longer kept. */
export interface Gathering {
  readonly events: ProposedEvent[];
  bytes: number;
  /** Why the append cannot be made, if so. */
  invalid: Failure | undefined;
}

export const startGathering = (): Gathering => ({ events: [], bytes: 0, invalid: undefined });

export function gather(into: Gathering, message: Message, maxBytes: number): void {
  const metadata = message.getMetadataMap();
  const type = metadata.get("type");
  const contentType = metadata.get("content-type");
  const id = uuidBytes(message.getId());
  if (!type || !contentType) into.invalid ??= missingMetadata(["type", "content-type"]);
  else if (!id) into.invalid ??= invalidArgument("An event's id must be a UUID.");
  else {
    const data = message.getData_asU8();
    const custom = message.getCustomMetadata_asU8();
    into.bytes += data.length + custom.length;
    if (into.bytes > maxBytes) into.events.length = 0;
    else into.events.push({ id, type, json: contentType === "application/json", data, metadata: custom });
  }
}
