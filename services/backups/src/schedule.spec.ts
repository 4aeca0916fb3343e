import { expect, test } from "vitest";
import { dueAt } from "./schedule.ts";

test("tenants are backed up one after the other, each at its own time of the night", () => {
  const time = new Date("2026-01-15T02:30:00Z");
  const dues = ["acme", "globex", "initech", "umbrella"].map((tenant) => dueAt(time, tenant, 3600).getTime());
  expect(new Set(dues).size).toBe(4);
  for (const due of dues) expect(due - time.getTime()).toBeLessThan(3_600_000);
  expect(dues.every((due) => due >= time.getTime())).toBe(true);
  expect(dueAt(time, "acme", 3600).getTime()).toBe(dues[0]);
  expect(dueAt(time, "acme", 0)).toEqual(time);
});
