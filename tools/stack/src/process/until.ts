import { setTimeout as pause } from "node:timers/promises";

/** Asks until the answer is yes; answers whether that came before the deadline. A question that throws counts as no. */
export async function until(
  question: () => boolean | Promise<boolean>,
  deadlineMs: number,
  intervalMs = 50,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    if (await isYes(question)) return true;
    if (performance.now() + intervalMs > end) return false;
    await pause(intervalMs);
  }
}

async function isYes(question: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await question();
  } catch {
    return false;
  }
}
