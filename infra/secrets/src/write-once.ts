import { randomUUID } from "node:crypto";
import { link, rm, writeFile } from "node:fs/promises";

/** Whole or not at all, and never over an existing file: a hard link fails where its name is taken. */
export async function writeOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft);
  }
}
