import type { Api } from "@tradesage/client";
import type { InstrumentSymbol, TickView } from "@tradesage/contracts";
import type { TerminalTick, TickSource } from "@tradesage/simulator";

/** Passes ticks on and keeps what has passed. */
export async function* keeping(source: TickSource, kept: TerminalTick[]): TickSource {
  for await (const some of source) {
    kept.push(...some);
    yield some;
  }
}

export async function* allAtOnce(ticks: readonly TerminalTick[]): TickSource {
  yield ticks;
}

/** What the table has of a symbol and what was sent, where they differ; both in the order of (time, ordinal). */
export async function tickDifferences(
  api: Api,
  symbol: InstrumentSymbol,
  sent: readonly TerminalTick[],
): Promise<readonly string[]> {
  const stored = await Array.fromAsync(api.pages("listTicks", { symbol, limit: 4000 }), told);
  const wanted = sent.map(told);
  const differences = wanted.flatMap((tick, index) =>
    tick === stored[index] ? [] : [`tick ${index}: sent ${tick}, stored ${stored[index]}`],
  );
  return [...differences, ...stored.slice(wanted.length).map((tick) => `not sent: ${tick}`)].slice(0, 5);
}

const told = ({ timeMsc, ordinal, bid, ask, last, volume, flags }: Omit<TickView, "quality">) =>
  `${timeMsc}#${ordinal} ${bid}/${ask} ${last}×${volume} ${flags}`;
