import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { EventStore } from "@tradesage/event-store";
import { type ExportFormat, exportFormats, exportTables } from "@tradesage/postgres";
import { type Command, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { print } from "../output.ts";
import { progress } from "../progress.ts";
import { withServers } from "../servers.ts";

interface Options {
  readonly to: string;
  readonly format: ExportFormat;
  readonly json?: boolean;
}

export function exportCommand(tenant: Command): void {
  tenant
    .command("export")
    .argument("<id>")
    .description("write all that a tenant has into a folder: its events, and its tables as of one moment")
    .requiredOption("--to <folder>", "a new one; it is there once everything is in it")
    .addOption(new Option("--format <format>", "of the tables").choices(exportFormats).default("ndjson"))
    .option("--json", "print JSON")
    .action(async (tenantId: string, options: Options) => {
      const { to, format, json } = options;
      if (existsSync(to)) throw new CommandFailed(2, `${to} is there already`);
      const partial = `${to}.partial`;
      await rm(partial, { recursive: true, force: true });
      await mkdir(join(partial, "tables"), { recursive: true });
      await withServers({ patient: true }, async ({ postgres, eventStore }) => {
        const at = new Date().toISOString();
        const tables: Record<string, Written> = {};
        const position = await exportTables(postgres, tenantId, format, async ({ name, rows, content }) => {
          const bar = progress(name, rows, { json });
          const written = await write(join(partial, "tables", `${name}.${format}`), content, bar.advance);
          tables[name] = { ...written, lines: rows };
          bar.finish();
        });
        const events = await write(join(partial, "events.ndjson"), linesOf(eventStore, tenantId), () => undefined);
        const manifest = { tenant: tenantId, at, format, position: String(position), events, tables };
        await writeFile(join(partial, "manifest.json"), JSON.stringify(manifest, null, 2));
        await rename(partial, to);
        const rows = Object.values(tables).reduce((sum, { lines }) => sum + lines, 0);
        print({ json }, manifest, () => `${events.lines} events and ${rows} rows of ${tenantId} are in ${to}`);
      });
    });
}

/** What a file holds, as `manifest.json` tells it: `lines` are events, or rows. */
interface Written {
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
}

async function write(file: string, content: AsyncIterable<Buffer>, onLines: (lines: number) => void): Promise<Written> {
  const sha256 = createHash("sha256");
  let [lines, bytes] = [0, 0];
  async function* counted() {
    for await (const piece of content) {
      sha256.update(piece);
      bytes += piece.length;
      for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines++;
      onLines(lines);
      yield piece;
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(file));
  return { lines, bytes, sha256: sha256.digest("hex") };
}

async function* linesOf(eventStore: EventStore, tenant: string): AsyncGenerator<Buffer> {
  for await (const event of eventStore.readAll({ streamPrefixes: [`${tenant}-`] })) {
    const { position, revision, ...rest } = event;
    yield Buffer.from(`${JSON.stringify({ position: String(position), revision: String(revision), ...rest })}\n`);
  }
}
