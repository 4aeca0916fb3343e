const FIRST_PAUSE_MS = 50;

export interface RepeatOptions {
  /** Nothing is begun anew when so long has passed since the first attempt. */
  readonly withinMs: number;
  /** Whether what failed may go well the next time. */
  readonly mayPass: (error: unknown) => boolean;
  readonly onRepeat?: () => void;
}

/**
 * Attempts until it goes well, with growing pauses. `attempt` is told how many failed before it and how long is left.
 * Throws what the last attempt threw.
 */
export async function repeat<Result>(
  { withinMs, mayPass, onRepeat }: RepeatOptions,
  attempt: (failed: number, leftMs: number) => Promise<Result>,
): Promise<Result> {
  const end = performance.now() + withinMs;
  let pause = FIRST_PAUSE_MS;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt(failed, Math.max(1, Math.ceil(end - performance.now())));
    } catch (error) {
      if (!mayPass(error) || performance.now() + pause >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause *= 2;
    onRepeat?.();
  }
}
