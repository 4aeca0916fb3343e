import { connect, type Socket } from "node:net";
import { createFrameReader, textFrame } from "./frames.ts";
import { ASK_DIGITS, ageOf, BID_DIGITS, numberOf, symbols } from "./stamp.ts";

// A process of many clients, as cheap as they can be: bare sockets, no library. What it is told
// and tells goes by IPC; it ends with whoever started it.
process.on("disconnect", () => process.exit());

/** How a server wants to be spoken to: sent after the upgrade, one after the other, each after something came. */
export interface ClientsOptions {
  readonly port: number;
  readonly path: string;
  readonly count: number;
  readonly hello: readonly string[];
  /** The client is ready when a frame holds this. */
  readonly ready: string;
}
export type ToClients = { readonly start: ClientsOptions } | { readonly report: true };
export type FromClients =
  | { readonly ready: true }
  /** All clients have a round whole. */
  | { readonly reached: number }
  | { readonly frames: number; readonly ages: readonly number[] };

const tell = (message: FromClients) => process.send?.(message);
/** The age of one message in so many is told. */
const SAMPLE = 8;
const MAX_SAMPLES = 400_000;

let frames = 0;
let ages: number[] = [];

process.on("message", (message: ToClients) => {
  if ("start" in message) start(message.start);
  else {
    tell({ frames, ages });
    frames = 0;
    ages = [];
  }
});

function start(options: ClientsOptions): void {
  /** How many clients have reached each round that not all have. */
  const reached = new Map<number, number>();
  let ready = 0;
  let begun = 0;
  const onReady = () => {
    if (++ready === options.count) tell({ ready: true });
    if (begun < options.count) next();
  };
  const onRound = (round: number) => {
    const count = (reached.get(round) ?? 0) + 1;
    reached.set(round, count);
    if (count < options.count) return;
    reached.delete(round);
    tell({ reached: round });
  };
  const next = () => {
    begun++;
    client(options, onReady, onRound);
  };
  for (let index = 0; index < Math.min(100, options.count); index++) next();
}

function client(
  { port, path, hello, ready }: ClientsOptions,
  onReady: () => void,
  onRound: (round: number) => void,
): void {
  const socket: Socket = connect(port, "127.0.0.1");
  const left = [...hello];
  let isReady = false;
  let isOpen = false;
  let round = -1;
  let newest = -1;
  let bidAt = 0;
  let askAt = 0;

  const read = createFrameReader((bytes, start, end, opcode) => {
    if (opcode === 9) return void socket.write(Buffer.from([0x8a, 0x80, 1, 2, 3, 4]));
    if (!isReady) return greet(bytes.toString("latin1", start, end));
    if (bidAt === 0 && !findIn(bytes.toString("latin1", start, end))) return;
    frames++;
    const number = numberOf(Number(bytes.toString("latin1", start + bidAt, start + bidAt + BID_DIGITS)));
    if (number > newest) newest = number;
    if (frames % SAMPLE !== 0 || ages.length >= MAX_SAMPLES) return;
    ages.push(ageOf(Number(bytes.toString("latin1", start + askAt, start + askAt + ASK_DIGITS))));
  });
  function greet(text: string): void {
    if (text.includes(ready)) {
      isReady = true;
      onReady();
    } else sendNext();
  }
  function sendNext(): void {
    const text = left.shift();
    if (text !== undefined) socket.write(textFrame(text));
  }
  function findIn(text: string): boolean {
    if (!text.includes('"bid":')) return false;
    bidAt = text.indexOf('"bid":') + 6;
    askAt = text.indexOf('"ask":') + 6;
    return true;
  }

  socket.setNoDelay(true);
  socket.on("error", (error) => {
    throw error;
  });
  socket.on("close", () => {
    throw new Error(`a client of ${path} was closed`);
  });
  socket.once("connect", () =>
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    ),
  );
  socket.on("data", (chunk) => {
    if (isOpen) read(chunk);
    else {
      const end = chunk.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!chunk.toString("latin1", 0, 12).endsWith("101")) throw new Error(chunk.toString("latin1"));
      isOpen = true;
      sendNext();
      if (chunk.length > end + 4) read(chunk.subarray(end + 4));
    }
    while (newest >= (round + 2) * symbols.length - 1) onRound(++round);
  });
}
