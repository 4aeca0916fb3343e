import type { Stack } from "./stack.ts";

export interface DemoOptions {
  /** A file of ticks to stream instead of invented ones. */
  ticks?: string;
  /** Ends the demo. */
  signal: AbortSignal;
}

/** Gives a newly started stack something to show. */
export async function startDemo(_stack: Stack, _options: DemoOptions): Promise<void> {}
