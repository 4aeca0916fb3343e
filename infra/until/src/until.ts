/** How long a spec waits for what must come about: for as long as the slowest machine under the heaviest load may take. */
export const PATIENCE_MS = 120_000;
const PAUSE_MS = 10;

/**
 * Looks again and again until it finds something, which is anything but `undefined` and `false`, and resolves to that.
 * Rejects with the name of what did not come about in `withinMs` (`PATIENCE_MS`), and at once with what `look` throws.
 */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  withinMs = PATIENCE_MS,
): Promise<Exclude<Found, undefined | false>> {
  for (const deadline = Date.now() + withinMs; ; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
