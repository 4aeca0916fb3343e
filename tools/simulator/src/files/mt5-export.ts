import { createOrdinals, QUOTE_FLAGS, type TerminalTick } from "../terminal-tick.ts";
import { findColumns, numberIn } from "./columns.ts";
import type { LineReader } from "./line-reader.ts";

const names = ["<DATE>", "<TIME>", "<BID>", "<ASK>", "<LAST>", "<VOLUME>", "<FLAGS>"] as const;

/**
 * The tick export of the MetaTrader 5 terminal (Symbols, Ticks, Export): tab separated; a blank price is that of the
 * tick before; times are the broker's.
 */
export function mt5Export(header: string, symbol: string): LineReader | undefined {
  const columns = findColumns(header.split("\t"), names, ["<DATE>", "<TIME>", "<BID>", "<ASK>"]);
  if (!columns) return undefined;
  const ordinalOf = createOrdinals();
  const before = { bid: 0, ask: 0, last: 0, volume: 0 };

  return (line): TerminalTick => {
    const cells = line.split("\t");
    const keep = (name: keyof typeof before, cell: string | undefined) => {
      if (cell) before[name] = numberIn(name, cell);
    };
    keep("bid", cells[columns["<BID>"]]);
    keep("ask", cells[columns["<ASK>"]]);
    keep("last", cells[columns["<LAST>"]]);
    keep("volume", cells[columns["<VOLUME>"]]);
    const timeMsc = timeOf(cells[columns["<DATE>"]] ?? "", cells[columns["<TIME>"]] ?? "");
    const flags = cells[columns["<FLAGS>"]];
    return {
      symbol,
      timeMsc,
      ordinal: ordinalOf(timeMsc),
      ...before,
      flags: flags ? numberIn("flags", flags) : QUOTE_FLAGS,
    };
  };
}

/** `2014.05.08` and `05:00:17.007` */
function timeOf(date: string, time: string): number {
  const text = `${date.replaceAll(".", "-")}T${time}Z`;
  const timeMsc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMsc)) throw new Error(`"${date} ${time}" is not a date and time`);
  return timeMsc;
}
