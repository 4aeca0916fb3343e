import type { StoredEvent } from "./event.ts";
import type { WriteOutcome, Written } from "./requests.ts";

/** What became of a group on its way back from the writer's thread: objects cost more to hand over than all else. */
export interface PackedWritten {
  readonly outcomes: readonly WriteOutcome[];
  /** Stream and type of each event. */
  readonly names: readonly string[];
  readonly numbers: BigInt64Array<ArrayBuffer>;
  /** Id, data and metadata of each event. */
  readonly bytes: ArrayBuffer;
}

/** In `numbers`, of each event: all that a `StoredEvent` has, and how many bytes are its data and its metadata. */
const NUMBERS = 9;
const ID_BYTES = 16;
const NO_CATEGORY = -1n;

export function packWritten({ outcomes, events }: Written): PackedWritten {
  const names: string[] = [];
  const numbers = new BigInt64Array(events.length * NUMBERS);
  let size = 0;
  for (const { data, metadata } of events) size += ID_BYTES + data.length + metadata.length;
  const bytes = new Uint8Array(size);
  let [at, end] = [0, 0];
  for (const event of events) {
    names.push(event.stream, event.type);
    numbers[at++] = event.position;
    numbers[at++] = event.streamNumber;
    numbers[at++] = event.revision;
    numbers[at++] = event.categoryRevision ?? NO_CATEGORY;
    numbers[at++] = event.typeRevision;
    numbers[at++] = event.created;
    numbers[at++] = event.json;
    numbers[at++] = BigInt(event.data.length);
    numbers[at++] = BigInt(event.metadata.length);
    for (const part of [event.id, event.data, event.metadata]) {
      bytes.set(part, end);
      end += part.length;
    }
  }
  return { outcomes, names, numbers, bytes: bytes.buffer };
}

export function unpackWritten({ outcomes, names, numbers, bytes }: PackedWritten): Written {
  const events: StoredEvent[] = [];
  let [at, name, end] = [0, 0, 0];
  const number = () => numbers[at++] as bigint;
  const take = (length: number) => {
    end += length;
    return new Uint8Array(bytes, end - length, length);
  };
  while (at < numbers.length) {
    const [position, streamNumber, revision] = [number(), number(), number()];
    const [category, typeRevision, created, json] = [number(), number(), number(), number()];
    const [dataBytes, metadataBytes] = [Number(number()), Number(number())];
    const [stream, type] = [names[name++] ?? "", names[name++] ?? ""];
    const categoryRevision = category === NO_CATEGORY ? null : category;
    const [id, data, metadata] = [take(ID_BYTES), take(dataBytes), take(metadataBytes)];
    events.push({
      ...{ position, stream, streamNumber, revision, categoryRevision, typeRevision },
      ...{ id, type, created, json, data, metadata },
    });
  }
  return { outcomes, events };
}
