import type { InstrumentSymbol } from "@tradesage/contracts";
import type { TerminalTick } from "../terminal-tick.ts";
import { csv } from "./csv.ts";
import type { LineReader } from "./line-reader.ts";
import { linesOf } from "./lines.ts";
import { mt5Export } from "./mt5-export.ts";
import { TickFileError } from "./tick-file-error.ts";

const readers = { mt5: mt5Export, csv } as const;
export type TickFileFormat = keyof typeof readers;
export const tickFileFormats = Object.keys(readers) as TickFileFormat[];

/**
 * The ticks of a file, streamed, all as ticks of `symbol`. It may be MT5's tick export or CSV with the columns
 * `time_msc,bid,ask`, gzipped or not: its content says, and
 * where a format is asked for it must be that one. Throws TickFileError, which names the line.
 */
export async function* readTickFile(
  file: string,
  symbol: InstrumentSymbol,
  format?: TickFileFormat,
): AsyncGenerator<readonly TerminalTick[]> {
  let read: LineReader | undefined;
  let lineNumber = 0;
  for await (const lines of linesOf(file)) {
    const ticks: TerminalTick[] = [];
    for (const line of lines) {
      lineNumber++;
      if (read === undefined) read = readerFor(file, line, symbol, format);
      else if (line !== "") ticks.push(readLine(read, line, file, lineNumber));
    }
    if (ticks.length > 0) yield ticks;
  }
  if (read === undefined) throw new TickFileError(file, undefined, "it is empty");
}

function readerFor(file: string, header: string, symbol: InstrumentSymbol, asked?: TickFileFormat): LineReader {
  for (const format of asked ? [asked] : tickFileFormats) {
    const reader = readers[format](header, symbol);
    if (reader) return reader;
  }
  if (asked) throw new TickFileError(file, 1, `this is not the header of the format ${asked}`);
  throw new TickFileError(file, 1, "neither MT5's <DATE> <TIME> <BID> <ASK> … nor time_msc,bid,ask");
}

function readLine(read: LineReader, line: string, file: string, lineNumber: number): TerminalTick {
  try {
    return read(line);
  } catch (error) {
    throw new TickFileError(file, lineNumber, (error as Error).message);
  }
}
