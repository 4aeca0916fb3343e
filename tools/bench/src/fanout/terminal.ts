import type { TerminalTick } from "@tradesage/simulator";
import { runTerminal } from "@tradesage/simulator";
import { stamp, symbols } from "./stamp.ts";

// A terminal that sends so many ticks a second, as MetaTrader's service does: some of each symbol every few milliseconds.
process.on("disconnect", () => process.exit()); // it ends with whoever started it
const [url = "", perSecond = "0"] = process.argv.slice(2);
const EVERY_MS = 10;
const each = Math.round((Number(perSecond) * EVERY_MS) / 1000 / symbols.length);

async function* source(): AsyncGenerator<readonly TerminalTick[]> {
  const begin = performance.now();
  for (let number = 0, turn = 1; ; turn++) {
    const timeMsc = Date.now();
    const ticks: TerminalTick[] = [];
    for (const symbol of symbols) {
      for (let index = 0; index < each; index++)
        ticks.push({ symbol, timeMsc, ordinal: index, ...stamp(number++), last: 0, volume: 0, flags: 6 });
    }
    yield ticks;
    const wait = begin + turn * EVERY_MS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

await runTerminal({
  url,
  key: process.env["TERMINAL_KEY"] ?? "",
  symbols,
  source: source(),
  login: 1,
  onProgress: ({ acknowledged }) => process.send?.({ acknowledged }),
});
