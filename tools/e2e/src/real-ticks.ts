import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "@tradesage/stack";

/** Real ticks and the bars that they must give lie beside the project; they are never copied into it. */
const folder = process.env["TRADESAGE_DATA"] ?? join(projectFolder, "../shared/data");

export const eurusdFile = join(folder, "EURUSD-2014-05-08.ticks.mt5.tsv.gz");
export const eurusdBarsFile = join(folder, "EURUSD-2014-05-08.bars-1m.csv.gz");
export const nzdusdFile = join(folder, "NZDUSD-2014-05-06.ticks.csv.gz");

export const EURUSD_TICKS = 167_466;
export const NZDUSD_TICKS = 109_001;

/** Why the tests on real ticks are left out, if they are. */
export const missingData = existsSync(eurusdFile) ? undefined : `there are no real ticks in ${folder}`;
