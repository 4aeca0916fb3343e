import type { EventStore } from "@tradesage/event-store";
import { describe, expect, test } from "vitest";
import { createHistoryHead, historyHead } from "./history-head.ts";

const event = (id: string, data: object = {}) => ({
  ...{ id, type: "Happened", isJson: true, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from("{}") },
});
const headOf = (...events: readonly [string, ReturnType<typeof event>][]) => {
  const history = createHistoryHead();
  for (const [stream, one] of events) history.take(stream, one);
  return history.head();
};
const store = (...streams: readonly string[]): Pick<EventStore, "readPages"> => ({
  readPages: async function* () {
    const place = { revision: 0n, at: new Date() };
    yield streams.map((stream, n) => ({ ...event(`${n}`), ...place, stream, position: BigInt(n) }));
  },
});

describe("the head of a history", () => {
  const one = ["acme-account-a", event("1")] as const;
  const two = ["acme-account-a", event("2")] as const;
  const other = ["acme-account-b", event("3")] as const;

  test("is the same wherever the streams lie between each other", () => {
    expect(headOf([...one], [...other], [...two])).toBe(headOf([...one], [...two], [...other]));
  });

  test("is another where an event is changed, missing, or elsewhere in its stream", () => {
    const head = headOf([...one], [...two], [...other]);
    expect(headOf([...two], [...one], [...other])).not.toBe(head);
    expect(headOf([...one], [...other])).not.toBe(head);
    expect(headOf([...one], [two[0], event("2", { amount: "1" })], [...other])).not.toBe(head);
  });

  test("of a store ends where it is asked to, and is without the events of backups", async () => {
    const head = await historyHead(store("acme-account-a", "acme-backups-acme", "acme-account-b"), "acme", 1n);
    expect(head).toBe(headOf(["acme-account-a", event("0")]));
  });
});
