import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTickFile, type TickSource } from "@tradesage/simulator";
import { projectFolder } from "@tradesage/stack";

/** Real ticks and the bars that they must give lie beside the project; they are never copied into it. */
const folder = process.env["TRADESAGE_DATA"] ?? join(projectFolder, "../shared/data");

export const eurusd = {
  symbol: "EURUSD",
  file: join(folder, "EURUSD-2014-05-08.ticks.mt5.tsv.gz"),
  bars: join(folder, "EURUSD-2014-05-08.bars-1m.csv.gz"),
  ticks: 167_466,
} as const;
export const nzdusd = {
  symbol: "NZDUSD",
  file: join(folder, "NZDUSD-2014-05-06.ticks.csv.gz"),
  ticks: 109_001,
} as const;

/** Whether the real ticks are there; the tests on them are left out, visibly, where they are not. */
export const haveRealTicks = existsSync(eurusd.file);

/** The first so many ticks of a file. */
export async function* firstTicks({ file, symbol }: { file: string; symbol: string }, count: number): TickSource {
  let left = count;
  for await (const some of readTickFile(file, symbol)) {
    yield some.slice(0, left);
    left -= some.length;
    if (left <= 0) return;
  }
}
