import { cpSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder whose Include, Experts and Services are copied into a terminal's MQL5 folder. */
export const programsFolder = resolve(import.meta.dirname, "..");

/** What is copied; of each, only a folder named TradeSage. */
export const programFolders = ["Include", "Experts", "Services"] as const;

/**
 * Copies the programs' sources into a terminal's MQL5 folder, over older ones of ours and nothing else. Returns the paths
 * of the files, from that folder.
 */
export function installPrograms(mql5Folder: string): string[] {
  return programFolders.flatMap((name) => {
    const ours = join(name, "TradeSage");
    cpSync(join(programsFolder, ours), join(mql5Folder, ours), { recursive: true });
    return readdirSync(join(programsFolder, ours)).map((file) => join(ours, file));
  });
}
