import { expect, test } from "vitest";
import { createSlots } from "./slots.ts";

test("no more than its size runs at once, and the rest in order of arrival", async () => {
  const slots = createSlots(2);
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const all = gates.map((gate, i) =>
    slots.run(() => {
      started.push(i);
      return gate.promise;
    }),
  );
  expect([started, slots.waiting]).toEqual([[0, 1], 2]);

  gates[1]?.resolve();
  await all[1];
  expect([started, slots.waiting]).toEqual([[0, 1, 2], 1]);

  for (const gate of gates) gate.resolve();
  await Promise.all(all);
  expect(started).toEqual([0, 1, 2, 3]);
});

test("work that fails gives its place to the next", async () => {
  const slots = createSlots(1);
  const failing = slots.run(() => Promise.reject(new Error("no")));
  const next = slots.run(async () => "done");
  await expect(failing).rejects.toThrow("no");
  await expect(next).resolves.toBe("done");
});
