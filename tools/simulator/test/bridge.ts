import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeTickBatch, subjects, type TenantId, type Tick, TickQuality } from "@tradesage/contracts";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { loadSigner } from "@tradesage/secrets";
import { projectFolder, type Stack, startStack } from "@tradesage/stack";
import { readTickFile, type TerminalTick } from "../src/index.ts";

const data = process.env["TRADESAGE_DATA"] ?? join(projectFolder, "../shared/data");
export const eurusdFile = join(data, "EURUSD-2014-05-08.ticks.mt5.tsv.gz");
export const nzdusdFile = join(data, "NZDUSD-2014-05-06.ticks.csv.gz");
export const missingData = !existsSync(eurusdFile);

/** A bridge process with a NATS of its own, both of which a test may kill: the supervisor starts them again. */
export interface BridgeStack {
  readonly stack: Stack;
  readonly url: string;
  token(tenant: TenantId): Promise<string>;
  /** Every tick that JetStream holds of a feed, in the order in which it was stored. */
  stored(tenant: TenantId, symbol: string): Promise<Tick[]>;
  stop(): Promise<void>;
}

export async function startBridgeStack(): Promise<BridgeStack> {
  const dir = mkdtempSync(join(tmpdir(), "simulator-"));
  const stack = await startStack({ dir, portBase: "free", services: ["data-bridge"], env: { NATS_URL: "" } });
  await stack.waitReady();
  const bus = await connectBus({ url: stack.urls.nats, name: "test" });
  // Stands in for the trading service, which these tests do not need.
  const trading = await bus.serve(subjects.commandsOf("trading"), "trading", async () => ({}));
  const signer = await loadSigner(stack.keysFolder);
  return {
    stack,
    url: stack.urls.bridge,
    token: (tenant) => signer.sign({ subject: "terminal", tenant, roles: ["terminal"] }, 3600),
    stored: (tenant, symbol) => storedTicks(bus, subjects.ticks(tenant, symbol)),
    async stop() {
      await trading.stop();
      await bus.close();
      await stack.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function storedTicks(bus: Bus, subject: string): Promise<Tick[]> {
  const last = await bus.lastMessage("TICKS", subject);
  if (!last) return [];
  const ticks: Tick[] = [];
  const end = new AbortController();
  const reading = { startSequence: 1, signal: end.signal, maxMessages: 1000, maxWaitMs: 10 };
  for await (const batch of bus.consume({ name: "test", stream: "TICKS" }, reading)) {
    for (const message of batch.messages) {
      if (message.subject === subject) ticks.push(...decodeTickBatch(message.payload).ticks);
    }
    if (batch.lastSequence >= last.sequence) break;
  }
  end.abort();
  return ticks;
}

/** A file's ticks as the bridge must store them. */
export async function ticksOf(file: string, symbol: string): Promise<Tick[]> {
  const all: Tick[] = [];
  for await (const ticks of readTickFile(file, symbol)) all.push(...ticks.map(asStored));
  return all;
}

/** Real feeds cross now and then: the bid of one bank stands above the ask of another. */
export const asStored = ({ symbol: _, ...tick }: TerminalTick): Tick => ({
  ...tick,
  quality: tick.ask < tick.bid ? TickQuality.crossed : 0,
});

/** Until a condition holds, at most 30 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
