import type { Scope } from "@tradesage/contracts";
import { elapsed } from "./elapsed.ts";

/** How far the read models of each scope have come, and who waits for it. */
export interface Progress {
  positionOf(scope: Scope): bigint;
  /** Waits until the scope's read models have passed the position; false if they have not in time. */
  reached(scope: Scope, position: bigint, withinMs: number): Promise<boolean>;
}

export function createProgress(
  positionOf: (scope: Scope) => bigint,
  /** Told that somebody waits for a scope. */
  hurry: (scope: Scope) => void,
  signal: AbortSignal,
) {
  const waiting = new Set<{ readonly scope: Scope; readonly position: bigint; readonly resolve: () => void }>();
  return {
    positionOf,
    async reached(scope: Scope, position: bigint, withinMs: number): Promise<boolean> {
      if (positionOf(scope) >= position) return true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const entry = { scope, position, resolve };
      waiting.add(entry);
      hurry(scope);
      await elapsed(withinMs, promise, signal);
      waiting.delete(entry);
      return positionOf(scope) >= position;
    },
    /** Whether somebody waits for the scope. */
    isAwaited: (scope: Scope): boolean => [...waiting].some((entry) => entry.scope === scope),
    /** Tells those who wait that something has changed. */
    changed(): void {
      for (const { scope, position, resolve } of waiting) if (positionOf(scope) >= position) resolve();
    },
  } satisfies Progress & { isAwaited(scope: Scope): boolean; changed(): void };
}
