import type { ProposedEvent } from "./event.ts";
import type { WriteRequest } from "./requests.ts";

/** A group of requests on its way to the writer's thread: small parts by value, all bytes in one buffer. */
export interface PackedGroup {
  readonly requests: readonly PackedRequest[];
  readonly bytes: ArrayBuffer;
}

type PackedRequest = Omit<WriteRequest, "events"> & { readonly events?: readonly PackedEvent[] };
/** Type, JSON or not, and how many bytes are data and metadata; the id takes 16 more. */
type PackedEvent = readonly [type: string, json: boolean, data: number, metadata: number];

const ID_BYTES = 16;

/** Events are views of the network's buffers, which are far larger: copied once, then handed over without a copy. */
export function pack(group: readonly WriteRequest[]): PackedGroup {
  let size = 0;
  for (const request of group)
    if (request.kind === "append")
      for (const { data, metadata } of request.events) size += ID_BYTES + data.length + metadata.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  const put = (part: Uint8Array) => {
    bytes.set(part, at);
    at += part.length;
  };
  const requests = group.map((request): PackedRequest => {
    if (request.kind !== "append") return request;
    const events = request.events.map(({ id, type, json, data, metadata }): PackedEvent => {
      put(id);
      put(data);
      put(metadata);
      return [type, json, data.length, metadata.length];
    });
    return { ...request, events };
  });
  return { requests, bytes: bytes.buffer };
}

export function unpack({ requests, bytes }: PackedGroup): WriteRequest[] {
  let at = 0;
  const take = (length: number) => {
    at += length;
    return new Uint8Array(bytes, at - length, length);
  };
  return requests.map((request): WriteRequest => {
    if (request.kind !== "append") return request as WriteRequest;
    const events = (request.events ?? []).map(([type, json, data, metadata]): ProposedEvent => {
      return { id: take(ID_BYTES), type, json, data: take(data), metadata: take(metadata) };
    });
    return { kind: "append", stream: request.stream, expected: request.expected, events };
  });
}
