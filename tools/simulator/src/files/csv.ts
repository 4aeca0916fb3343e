import { createOrdinals, QUOTE_FLAGS, type TerminalTick } from "../terminal-tick.ts";
import { findColumns, numberIn } from "./columns.ts";
import type { LineReader } from "./line-reader.ts";

const names = ["time_msc", "bid", "ask", "last", "volume", "flags"] as const;

/** Comma separated `time_msc,bid,ask`, and `last`, `volume`, `flags` where they are; times in milliseconds. */
export function csv(header: string, symbol: string): LineReader | undefined {
  const columns = findColumns(header.split(","), names, ["time_msc", "bid", "ask"]);
  if (!columns) return undefined;
  const ordinalOf = createOrdinals();

  return (line): TerminalTick => {
    const cells = line.split(",");
    const required = (name: (typeof names)[number]) => numberIn(name, cells[columns[name]]);
    const optional = (name: (typeof names)[number], absent: number) => (cells[columns[name]] ? required(name) : absent);
    const timeMsc = required("time_msc");
    if (!Number.isSafeInteger(timeMsc) || timeMsc < 0) throw new Error(`time_msc ${timeMsc} is no time`);
    return {
      symbol,
      timeMsc,
      ordinal: ordinalOf(timeMsc),
      bid: required("bid"),
      ask: required("ask"),
      last: optional("last", 0),
      volume: optional("volume", 0),
      flags: optional("flags", QUOTE_FLAGS),
    };
  };
}
