import { fork } from "node:child_process";
import { once } from "node:events";
import { type Hello, subjects, type Tick } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Postgres } from "@tradesage/postgres";
import { frameOf, specificationOf } from "@tradesage/simulator";
import getPort from "get-port";
import { checkpointAt } from "./bus-to-table.ts";
import { inBatches } from "./made-ticks.ts";
import { dial, type RawSocket, TERMINAL_PATH } from "./raw-terminal.ts";

/** Terminals at once, each with a symbol of its own. */
export const TERMINALS = 16;

/** A terminal's frames, one behind the other. */
interface Frames {
  readonly bytes: Buffer;
  /** Where each begins, and the end. */
  readonly starts: readonly number[];
  /** Ticks in each. */
  readonly size: number;
}

/** What each of the terminals sends: its share of `count` ticks in frames of `size`. */
export function framesOf(ticks: readonly Tick[], count: number, size: number): Frames {
  const frames = inBatches(ticks.slice(0, Math.ceil(count / TERMINALS / size) * size), size, 0).map((batch) =>
    frameOf(batch, 2),
  );
  const starts = [0];
  for (const { length } of frames) starts.push((starts.at(-1) ?? 0) + length);
  return { bytes: Buffer.concat(frames), starts, size };
}

/** Works while market data is held at the tenant's checkpoint: what it costs is measured by itself. */
export const withoutMarketData = <Result>(postgres: Postgres, tenant: string, work: () => Promise<Result>) =>
  postgres.tenant(tenant, async (_, client) => {
    await client.query("set local idle_in_transaction_session_timeout = 0");
    await client.query("select from checkpoints where name = 'ticks' for update");
    return work();
  });

/** Resolves when market data has written all that the terminals of that name have sent, so that it disturbs nobody. */
export async function written(bus: Bus, postgres: Postgres, tenant: string, name: string): Promise<void> {
  const symbols = Array.from({ length: TERMINALS }, (_, index) => symbolOf(name, index));
  const last = await Promise.all(symbols.map((symbol) => bus.lastMessage("TICKS", subjects.ticks(tenant, symbol))));
  await checkpointAt(postgres, tenant, Math.max(...last.map((message) => message?.sequence ?? 0)));
}

const symbolOf = (name: string, index: number) => `${name}_${index}`;

/** Milliseconds from the first frame that is sent to the last one that the bridge has acknowledged as stored. */
export async function bridge(url: string, key: string, name: string, frames: Frames): Promise<number> {
  const count = frames.starts.length - 1;
  const terminals = await Promise.all(Array.from({ length: TERMINALS }, (_, index) => terminal(index)));
  const begin = performance.now();
  await Promise.all(terminals.map((one) => one()));
  return performance.now() - begin;

  /** Comes in, and is ready to send all. */
  async function terminal(index: number): Promise<() => Promise<void>> {
    const done = Promise.withResolvers<void>();
    const welcome = Promise.withResolvers<void>();
    let socket: RawSocket | undefined;
    let window = 0;
    let sent = 0;
    const send = (acknowledged: number) => {
      const until = Math.min(count, acknowledged + window);
      if (until === sent) return;
      socket?.write(frames.bytes.subarray(frames.starts[sent], frames.starts[until]));
      sent = until;
    };
    const fail = (error: Error) => {
      welcome.reject(error);
      done.reject(error);
    };
    done.promise.catch(() => undefined);
    socket = await dial(
      url,
      key,
      (text) => {
        const message = JSON.parse(text) as { type: string; window: number; sequence: string; detail?: string };
        if (message.type === "error") fail(new Error(message.detail));
        else if (message.type === "welcome") {
          window = Math.floor(message.window / frames.size);
          welcome.resolve();
        } else if (message.type === "ack") {
          send(Number(message.sequence));
          if (Number(message.sequence) === count) done.resolve();
        }
      },
      fail,
    );
    socket.write(frameOf(Buffer.from(JSON.stringify(helloOf(symbolOf(name, index), index))), 1));
    await welcome.promise;
    return async () => {
      send(0);
      await done.promise;
      socket.end();
    };
  }
}

const helloOf = (symbol: string, index: number): Hello => ({
  ...{
    type: "hello",
    protocol: 1,
    role: "feed",
    login: index + 1,
    server: "Bench",
    marginMode: "netting",
    build: 5200,
  },
  ...{ utcOffsetSeconds: 0, epoch: "1", replay: true, symbols: [specificationOf(symbol)] },
});

/** Milliseconds in which a bare uWebSockets.js server counts the same frames. */
export async function bareSocket(frames: Frames): Promise<number> {
  const port = await getPort({ host: "127.0.0.1" });
  const server = fork(`${import.meta.dirname}/bare-socket.ts`, [String(port)], { silent: true });
  try {
    await once(server, "message");
    const count = frames.starts.length - 1;
    const clients = await Promise.all(
      Array.from({ length: TERMINALS }, async () => {
        const done = Promise.withResolvers<void>();
        const socket = await dial(`ws://127.0.0.1:${port}${TERMINAL_PATH}`, "none", () => done.resolve(), done.reject);
        socket.write(frameOf(Buffer.from(String(count)), 1));
        return { socket, done: done.promise };
      }),
    );
    const begin = performance.now();
    for (const { socket } of clients) socket.write(frames.bytes);
    await Promise.all(clients.map(({ done }) => done));
    const took = performance.now() - begin;
    for (const { socket } of clients) socket.end();
    return took;
  } finally {
    server.kill();
  }
}

/** Ticks in a message that the bare publisher is tried with; JetStream's limit is 1 MiB. */
export const messageSizes = [1000, 5000, 20_000] as const;
const IN_FLIGHT = 64;

/** Milliseconds in which a bare publisher has `count` ticks of those frames stored, in messages of each size. */
export async function barePublishers(bus: Bus, frames: Frames, count: number): Promise<number[]> {
  const took: number[] = [];
  for (const size of messageSizes) took.push(await barePublisher(bus, frames.bytes, count, size));
  return took;
}

/**
 * Milliseconds in which a bare publisher has as many bytes of ticks acknowledged, in messages of `size` ticks, by a
 * stream that is stored like that of the ticks and that nobody reads.
 */
async function barePublisher(bus: Bus, ticks: Buffer, count: number, size: number): Promise<number> {
  const stream: Parameters<Bus["declare"]>[0] = {
    name: "BENCH",
    subjects: ["bench.>"],
    storage: "file",
    discard: "old",
  };
  // A stream of one message at most is an empty one: what was stored before is not to be in the way.
  await bus.declare({ ...stream, max_msgs: 1 });
  await bus.declare({ ...stream, max_msgs: -1 });
  const length = 32 + 48 * size;
  let left = Math.ceil(count / size);
  const publisher = async (index: number) => {
    while (left-- > 0) {
      const from = (left * length) % (ticks.length - length);
      await bus.publishDurable(`bench.${index}`, ticks.subarray(from, from + length), { deadlineMs: 60_000 });
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => publisher(index)));
  return performance.now() - begin;
}
