import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStopSteps } from "./stop-steps.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a step that hangs is given up after five seconds, and told; the others run", async () => {
  const steps = createStopSteps();
  const told = vi.fn();
  const first = vi.fn();
  steps.add("first", first);
  steps.add("second", () => new Promise(() => {}));
  const clean = steps.run({ error: told } as never);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(first).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await clean).toBe(false);
  expect(first).toHaveBeenCalledOnce();
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ step: "second" }), "a step of stopping failed");
});
