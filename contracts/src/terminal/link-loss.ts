/** What happened on the way to the bridge since the feed's message before; it travels beside a stored batch. */
export interface LinkLoss {
  /** Ticks that came again and were dropped. */
  readonly repeats: number;
  /** Batches that never arrived. */
  readonly missing: number;
}

const REPEATS = "Tradesage-Repeats";
const MISSING = "Tradesage-Missing-Batches";

/** As headers of a message of the bus; `undefined` where nothing happened. */
export function linkLossHeaders({ repeats, missing }: LinkLoss): Readonly<Record<string, string>> | undefined {
  if (repeats === 0 && missing === 0) return undefined;
  return { [REPEATS]: String(repeats), [MISSING]: String(missing) };
}

/** What a message's headers tell. Whatever is no count is none. */
export const linkLossOf = (headers: Readonly<Record<string, string>>): LinkLoss => ({
  repeats: countOf(headers[REPEATS]),
  missing: countOf(headers[MISSING]),
});

const countOf = (text = ""): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);
