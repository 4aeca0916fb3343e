const PAUSE_MS = 10;

/**
 * Looks again and again until it finds something, which is anything but `undefined` and `false`, and resolves to that.
 * Rejects with the name of what did not come about in `withinMs` (30 s), and at once with what `look` throws.
 */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  withinMs = 30_000,
): Promise<Exclude<Found, undefined | false>> {
  for (const deadline = Date.now() + withinMs; ; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
