import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createApi, issueTerminalKey } from "@tradesage/client";
import { SOCKET_PATH } from "@tradesage/contracts/socket";
import { loadSigner } from "@tradesage/secrets";
import { startStack } from "@tradesage/stack";
import { createTenant } from "./create-tenant.ts";
import { child } from "./fanout/child.ts";
import { quantiles, report, startClients } from "./fanout/load.ts";
import { symbols } from "./fanout/stamp.ts";
import { machine, milliseconds, rate, reportTable } from "./report.ts";

const help = `Tick to client: from a terminal, over bridge, durable stream and gateway, to clients of the socket; everything else runs too.

  --ticks N      how many a second (50000)
  --clients N    who all get every quote (10)
  --seconds N    how long (10)
`;

const TENANT = "bench";

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ticks: { type: "string", default: "50000" },
      clients: { type: "string", default: "10" },
      seconds: { type: "string", default: "10" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const stack = await startStack({ dir, portBase: "free" });
  try {
    await stack.waitReady();
    const signer = await loadSigner(stack.keysFolder);
    const token = (tenant: string, role: "operator" | "viewer") =>
      signer.sign({ subject: "bench", tenant, roles: [role] }, 3600);
    const url = stack.urls.gateway;
    const operator = createApi({ url, token: await token("platform", "operator") });
    await createTenant(operator, TENANT);
    const key = await issueTerminalKey(operator, { tenantId: TENANT, keyId: "bench" });
    const clients = child("clients.ts");
    await startClients(clients, {
      port: Number(new URL(url).port),
      path: SOCKET_PATH,
      count: Number(values.clients),
      hello: [
        JSON.stringify({ type: "authenticate", token: await token(TENANT, "viewer") }),
        JSON.stringify({ type: "subscribe", id: "q", channel: "quotes" }),
      ],
      ready: '"subscribed"',
    });
    const terminal = child("terminal.ts", { TERMINAL_KEY: key }, [stack.urls.bridge, values.ticks]);
    let acknowledged = 0;
    terminal.on("message", (progress: { acknowledged: number }) => {
      acknowledged = progress.acknowledged;
    });
    await pause(5);
    await report(clients);
    const [before, begin] = [acknowledged, performance.now()];
    await pause(Number(values.seconds));
    const took = (performance.now() - begin) / 1000;
    const { frames, ages } = await report(clients);
    const perSecond = (acknowledged - before) / took;
    for (const one of [clients, terminal]) one.removeAllListeners().kill();

    const [p50, p99] = quantiles(ages);
    const row = [rate(perSecond), rate(frames / took), milliseconds(p50), milliseconds(p99)];
    process.stdout.write(
      `${reportTable(["ticks/s stored for good", "messages/s", "p50 ms", "p99 ms"], [row])}\n` +
        `${values.clients} clients, ${symbols.length} symbols; from the making of a tick to its client; ${machine()}\n`,
    );
  } finally {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
