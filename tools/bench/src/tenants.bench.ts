import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Api, createApi } from "@tradesage/client";
import { connectEventStore } from "@tradesage/event-store";
import { loadSigner } from "@tradesage/secrets";
import { type Stack, startStack } from "@tradesage/stack";
import { quantile } from "./measure.ts";
import { processorTimeOf } from "./processor-time.ts";
import { machine, milliseconds, reportTable } from "./report.ts";
import { type Creation, creation } from "./tenants/create-by-api.ts";
import { createByPsql } from "./tenants/create-by-psql.ts";
import { memory } from "./tenants/memory.ts";
import { sparesReady } from "./tenants/spares-ready.ts";
import { unlimited } from "./unlimited.ts";

const noBackups = {
  BACKUP_SCHEDULE: "never",
  BACKUP_INCREMENTAL_SCHEDULE: "never",
  BACKUP_TEST_SCHEDULE: "never",
};

const help = `Tenants: creation beside psql -f of the same statements, alone and many at once; then many tenants on one machine.

  --alone N      tenants that are created one after the other (20)
  --at-once N    tenants that are created at once (50)
  --spares N     schemas that are kept ready, SPARE_SCHEMAS (50); both loads begin when all are
  --tenants N    how many there are at the end (1000)
`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      alone: { type: "string", default: "20" },
      "at-once": { type: "string", default: "50" },
      spares: { type: "string", default: "50" },
      tenants: { type: "string", default: "1000" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const [alone, atOnce, total] = [Number(values.alone), Number(values["at-once"]), Number(values.tenants)];
  const spares = Number(values.spares);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const start = () =>
    startStack({
      dir,
      portBase: "free",
      env: { ...unlimited, ...noBackups, SPARE_SCHEMAS: values.spares },
    });
  let stack = await start();
  try {
    await stack.waitReady();
    await measureCreation(stack, { folder: dir, alone, atOnce, spares });
    const before = memory(stack);
    const filled = await fill(stack, total);
    const after = memory(stack);
    await stack.stop();
    const started = performance.now();
    stack = await start();
    await stack.waitReady(undefined, 600_000);
    const seconds = (performance.now() - started) / 1000;
    const lag = await readYourWrite(stack, "many0");
    process.stdout.write(
      `\n${total} tenants: the last ${filled.count} made in ${filled.seconds.toFixed(0)} s; started again in ${seconds.toFixed(1)} s; ` +
        `a deposit is read ${milliseconds(lag)} ms after its answer\n\n`,
    );
    const again = memory(stack);
    const rows = [...before].map(([name, mib]) => [
      name,
      ...[mib, after.get(name), again.get(name)].map((value = 0) => value.toFixed(0)),
    ]);
    process.stdout.write(
      `${reportTable(["resident MiB", `${alone + 2 * atOnce} tenants`, `${total} tenants`, "started again"], rows)}\n${machine()}\n`,
    );
  } finally {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function withCreation<Result>(stack: Stack, work: (made: Creation) => Promise<Result>): Promise<Result> {
  const eventStore = connectEventStore({ connectionString: stack.urls.eventStore });
  const made = await creation(await apiOf(stack, "platform", "operator"), eventStore);
  try {
    return await work(made);
  } finally {
    await made.stop();
    await eventStore.close();
  }
}

async function apiOf(stack: Stack, tenant: string, role: "operator" | "admin"): Promise<Api> {
  const signer = await loadSigner(stack.keysFolder);
  const token = await signer.sign({ subject: "bench", tenant, roles: [role] }, 3600);
  return createApi({ url: stack.urls.gateway, token });
}

interface Creations {
  readonly folder: string;
  readonly alone: number;
  readonly atOnce: number;
  readonly spares: number;
}

/** Ours and psql's in turn, so that both meet the same machine. */
async function measureCreation(stack: Stack, { folder, alone, atOnce, spares }: Creations): Promise<void> {
  await withCreation(stack, async ({ create }) => {
    const psql = (tenant: string) => createByPsql(stack.urls.database, folder, tenant);
    await create("warm");
    await psql("warm_psql");
    await sparesReady(stack, spares);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let n = 0; n < alone; n++) {
      ours.push(await create(`alone${n}`));
      theirs.push(await psql(`alone_psql${n}`));
    }
    const several = (make: (tenant: string) => Promise<number>, name: string) =>
      processorTimeOf(folder, () => Promise.all(Array.from({ length: atOnce }, (_, n) => make(`${name}${n}`))));
    await sparesReady(stack, spares);
    const [together, spent] = await several(create, "many");
    const [togetherByPsql, spentByPsql] = await several(psql, "many_psql");
    const each = (times: typeof spent) =>
      milliseconds(times.reduce((sum, [, microseconds]) => sum + microseconds, 0) / 1000 / atOnce);
    const rows = [
      ["alone: created until active", ...told(ours, theirs), ""],
      ["alone: psql -f", ...told(theirs, theirs), ""],
      [`${atOnce} at once: created until active`, ...told(together, togetherByPsql), each(spent)],
      [`${atOnce} at once: psql -f`, ...told(togetherByPsql, togetherByPsql), each(spentByPsql)],
    ];
    process.stdout.write(`${reportTable(["", "p50 ms", "p99 ms", "p50 / psql", "processor ms each"], rows)}\n`);
  });
}

function told(times: readonly number[], beside: readonly number[]): readonly string[] {
  const at = (all: readonly number[], share: number) =>
    quantile(
      [...all].sort((a, b) => a - b),
      share,
    );
  return [milliseconds(at(times, 0.5)), milliseconds(at(times, 0.99)), (at(times, 0.5) / at(beside, 0.5)).toFixed(2)];
}

/** Makes tenants, 50 at a time, until there are so many. */
async function fill(stack: Stack, total: number): Promise<{ count: number; seconds: number }> {
  const there = (await (await apiOf(stack, "platform", "operator")).call("listTenants", {})).items.length;
  const count = Math.max(0, total - there);
  const started = performance.now();
  await withCreation(stack, async ({ create }) => {
    for (let from = 0; from < count; from += 50)
      await Promise.all(Array.from({ length: Math.min(50, count - from) }, (_, n) => create(`filled${from + n}`)));
  });
  return { count, seconds: (performance.now() - started) / 1000 };
}

/** Milliseconds from the answer of a command until a query has it. */
async function readYourWrite(stack: Stack, tenant: string): Promise<number> {
  const api = await apiOf(stack, tenant, "admin");
  await api.call("openAccount", { accountId: "main" });
  const { position } = await api.call("deposit", { accountId: "main", amount: "1" });
  const answered = performance.now();
  await api.call("getAccount", { accountId: "main" }, { after: position });
  return performance.now() - answered;
}
