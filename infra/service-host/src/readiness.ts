import { within } from "./deadline.ts";

type Check = () => Promise<boolean> | boolean;

export interface Readiness {
  add(label: string, check: Check): void;
  /** Asks all at once. */
  report(): Promise<{ ready: boolean; checks: Record<string, boolean> }>;
}

const CHECK_DEADLINE_MS = 2_000;

export function createReadiness(): Readiness {
  const checks = new Map<string, Check>();
  return {
    add(label, check) {
      checks.set(label, check);
    },
    async report() {
      const results = await Promise.all(
        Array.from(checks, async ([label, check]) => [label, await passes(label, check)] as const),
      );
      return { ready: results.every(([, ok]) => ok), checks: Object.fromEntries(results) };
    },
  };
}

async function passes(label: string, check: Check): Promise<boolean> {
  try {
    return await within(CHECK_DEADLINE_MS, label, Promise.resolve(check()));
  } catch {
    return false;
  }
}
