import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EventStoreDBClient } from "@eventstore/db-client";
import { type BareSqlite, openBareSqlite } from "./event-store/bare-sqlite.ts";
import { measureLarge } from "./event-store/large.ts";
import { appends, fill, reads } from "./event-store/loads.ts";
import { startMemoryServer, startStore } from "./event-store/server-process.ts";
import type { Sizes } from "./event-store/sizes.ts";
import { machine, percent, rate, reportTable } from "./report.ts";

const help = `Event store: the embedded server through EventStoreDB's own client, beside what bounds it:
  memory   the same client and a server of the same protocol that keeps nothing and answers from memory
  SQLite   bare inserts with as many events to a commit, and bare reads, in one process

  --events N     how many are read (100000)
  --bytes N      JSON data of an event (500)
  --seconds N    how long each load of appends lasts (1)
  --rounds N     how often each is measured, one beside the other; the median counts, of the shares too (5)
  --large        instead, a store of 10,000,000 events (7 GB): how long opening takes, and how much memory
`;

interface Load {
  readonly name: string;
  readonly served: (client: EventStoreDBClient) => Promise<number>;
  readonly bare: (sqlite: BareSqlite) => number;
}

const LARGE = 10_000_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: "string", default: "100000" },
      bytes: { type: "string", default: "500" },
      seconds: { type: "string", default: "1" },
      rounds: { type: "string", default: "5" },
      large: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const bytes = Number(values.bytes);
  const folder = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  try {
    const told = values.large
      ? await measureLarge(folder, { count: LARGE, bytes })
      : await compare(folder, { count: Number(values.events), bytes }, Number(values.seconds), Number(values.rounds));
    process.stdout.write(`${told}\n${machine()}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A table of every load, beside its limits. */
async function compare(folder: string, sizes: Sizes, seconds: number, rounds: number): Promise<string> {
  const { count, bytes } = sizes;
  const appending = (name: string, clients: number, batch: number): Load => ({
    name,
    served: (client) => appends(client, { clients, batch, seconds, bytes }),
    bare: (sqlite) => sqlite.insert(clients * batch, seconds),
  });
  const reading = (name: string, served: (client: EventStoreDBClient, count: number) => Promise<number>): Load => ({
    name,
    served: (client) => served(client, count),
    bare: (sqlite) => sqlite.read(count),
  });
  const loads = [
    appending("append, 1 at once", 1, 1),
    appending("append, 64 at once", 64, 1),
    appending("append, batches of 100", 1, 100),
    reading("read a stream", reads.stream),
    reading("read $all, half filtered out", reads.filtered),
    reading("catch up with $all", reads.all),
  ];

  const memory = await startMemoryServer(sizes);
  const store = await startStore(join(folder, "data"));
  const sqlite = openBareSqlite(folder, sizes);
  try {
    await fill(store.client, sizes);
    const rows: string[][] = [];
    for (const { name, served, bare } of loads) {
      const measured: { store: number; memory: number; sqlite: number }[] = [];
      for (let round = 0; round < rounds; round++)
        measured.push({
          memory: await served(memory.client),
          store: await served(store.client),
          sqlite: bare(sqlite),
        });
      const typical = (of: (round: (typeof measured)[number]) => number) => median(measured.map(of));
      rows.push([
        name,
        rate(typical(({ store }) => store)),
        rate(typical(({ memory }) => memory)),
        percent(
          typical(({ store, memory }) => store / memory),
          1,
        ),
        rate(typical(({ sqlite }) => sqlite)),
        percent(
          typical(({ store, sqlite }) => store / sqlite),
          1,
        ),
      ]);
    }
    const headings = ["events/s", "store", "memory", "share", "SQLite", "share"];
    return `${reportTable(headings, rows)}\n${rate(count)} events to read, of ${bytes} bytes`;
  } finally {
    sqlite.close();
    await Promise.all([memory.end(), store.end()]);
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
