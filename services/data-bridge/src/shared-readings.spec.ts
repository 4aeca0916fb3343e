import { expect, test } from "vitest";
import { shareReadings } from "./shared-readings.ts";

function readings() {
  const begun: ReturnType<typeof Promise.withResolvers<void>>[] = [];
  const readOn = shareReadings((_: string) => {
    const reading = Promise.withResolvers<void>();
    begun.push(reading);
    return reading.promise;
  });
  return { begun, readOn };
}
const turn = () => new Promise(setImmediate);

test("however many ask while one is read, they share one more reading", async () => {
  const { begun, readOn } = readings();
  const all = Array.from({ length: 100 }, () => readOn("acme"));
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await all[0];
  await turn();
  expect(begun).toHaveLength(2);
  begun[1]?.resolve();
  await Promise.all(all);
  expect(begun).toHaveLength(2);
});

test("who comes while the shared one is read shares the one after it", async () => {
  const { begun, readOn } = readings();
  const first = readOn("acme");
  const second = readOn("acme");
  begun[0]?.resolve();
  await first;
  await turn();
  const third = readOn("acme");
  expect(third).not.toBe(second);
  begun[1]?.resolve();
  await second;
  await turn();
  expect(begun).toHaveLength(3);
  begun[2]?.resolve();
  await third;
});

test("a reading that fails fails those who waited for it, and no others; others do not wait for it at all", async () => {
  const { begun, readOn } = readings();
  const first = readOn("acme");
  const second = readOn("acme");
  void readOn("other");
  expect(begun).toHaveLength(2);
  begun[0]?.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await turn();
  begun[2]?.resolve();
  await second;
});
