import { expect, test } from "vitest";
import type { StoredEvent } from "./event.ts";
import { packWritten, unpackWritten } from "./pack-written.ts";

const event = (over: Partial<StoredEvent>): StoredEvent => ({
  ...{ position: 7n, stream: "acme-account-1", streamNumber: 3n, revision: 0n, categoryRevision: 5n, typeRevision: 2n },
  ...{ id: new Uint8Array(16).fill(9), type: "FundsDeposited", created: 1_700_000_000_000n, json: 1n },
  ...{ data: Uint8Array.of(1, 2, 3), metadata: new Uint8Array() },
  ...over,
});

test("what was written comes back from the writer's thread as it is on the disk", () => {
  const written = {
    outcomes: [
      { kind: "written", revision: 1n, position: 8n },
      { kind: "wrong-revision", actual: 4n },
    ],
    events: [
      event({}),
      event({ position: 8n, revision: 2n ** 63n - 1n, categoryRevision: null, json: 0n, metadata: Uint8Array.of(4) }),
      event({ position: 9n, stream: "größe", data: new Uint8Array(), metadata: Uint8Array.of(5, 6) }),
    ],
  } as const;
  const packed = packWritten(written);
  expect(unpackWritten(structuredClone(packed, { transfer: [packed.numbers.buffer, packed.bytes] }))).toEqual(written);
});
