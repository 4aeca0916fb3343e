import type { InstrumentSymbol } from "@tradesage/contracts";
import type { TerminalTick } from "../terminal-tick.ts";
import { csv } from "./csv.ts";
import type { LineReader } from "./line-reader.ts";
import { linesOf } from "./lines.ts";
import { mt5Export } from "./mt5-export.ts";
import { TickFileError } from "./tick-file-error.ts";

const formats = [mt5Export, csv];

/**
 * The ticks of a file, streamed, all as ticks of `symbol`. It may be MT5's tick export or CSV with the columns
 * `time_msc,bid,ask`, gzipped or not: its content says. Throws TickFileError, which names the line.
 */
export async function* readTickFile(file: string, symbol: InstrumentSymbol): AsyncGenerator<readonly TerminalTick[]> {
  let read: LineReader | undefined;
  let lineNumber = 0;
  for await (const lines of linesOf(file)) {
    const ticks: TerminalTick[] = [];
    for (const line of lines) {
      lineNumber++;
      if (read === undefined) read = readerFor(file, line, symbol);
      else if (line !== "") ticks.push(readLine(read, line, file, lineNumber));
    }
    if (ticks.length > 0) yield ticks;
  }
  if (read === undefined) throw new TickFileError(file, undefined, "it is empty");
}

function readerFor(file: string, header: string, symbol: InstrumentSymbol): LineReader {
  for (const format of formats) {
    const reader = format(header, symbol);
    if (reader) return reader;
  }
  throw new TickFileError(file, 1, "neither MT5's <DATE> <TIME> <BID> <ASK> … nor time_msc,bid,ask");
}

function readLine(read: LineReader, line: string, file: string, lineNumber: number): TerminalTick {
  try {
    return read(line);
  } catch (error) {
    throw new TickFileError(file, lineNumber, (error as Error).message);
  }
}
