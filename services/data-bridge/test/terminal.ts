import {
  type Ack,
  BridgeMessage,
  encodeTickBatch,
  type Hello,
  type TerminalSymbol,
  type Tick,
  type TickBatch,
  type Welcome,
} from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

/** A terminal that does what it is told, right or wrong, and keeps what it is answered. */
export interface Terminal {
  readonly socket: WebSocket;
  readonly messages: BridgeMessage[];
  send(frame: object | string | Uint8Array): void;
  /** Says HELLO and waits for the welcome. */
  hello(change?: object): Promise<Welcome>;
  batch(change: Partial<TickBatch>): void;
  /** Waits until a sequence is acknowledged. */
  acknowledged(sequence: number, symbolIndex?: number): Promise<Ack>;
  /** Waits for the end: the error message's code, and the close code. */
  end(): Promise<{ code: string | undefined; close: number }>;
}

const specification = (symbol: string): TerminalSymbol => ({
  symbol,
  name: `${symbol}.r`,
  description: "",
  digits: 5,
  tickSize: "0.00001",
  contractSize: "100000",
  volumeMin: "0.01",
  volumeMax: "500",
  volumeStep: "0.01",
  baseCurrency: "EUR",
  profitCurrency: "USD",
  marginCurrency: "EUR",
});

export const helloOf = (...symbols: string[]): Hello => ({
  type: "hello",
  protocol: 1,
  role: "feed",
  login: 5_012_345,
  server: "Broker-Demo",
  marginMode: "netting",
  build: 5200,
  utcOffsetSeconds: 0,
  epoch: "1",
  replay: true,
  symbols: symbols.map(specification),
});

export const tick = (timeMsc: number, change: Partial<Tick> = {}): Tick => ({
  timeMsc,
  bid: 1.1,
  ask: 1.10002,
  last: 0,
  volume: 0,
  flags: 6,
  ordinal: 0,
  quality: 0,
  ...change,
});

/** A batch of good ticks, one each millisecond from `time` on. */
export const batchOf = (sequence: number, time: number, count = 1, change: Partial<TickBatch> = {}): TickBatch => ({
  kind: "live",
  symbolIndex: 0,
  epoch: 1n,
  sequence: BigInt(sequence),
  lost: 0,
  utcOffsetSeconds: 0,
  ticks: Array.from({ length: count }, (_, index) => tick(time + index)),
  ...change,
});

/** Dials in; resolves once the socket is open. Closed with the test. */
export async function dial(url: string, token: string): Promise<Terminal> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  onTestFinished(() => socket.terminate());
  const messages: BridgeMessage[] = [];
  let close: number | undefined;
  socket.on("message", (data) => void messages.push(BridgeMessage.parse(JSON.parse(String(data)))));
  socket.on("error", () => undefined);
  socket.on("close", (code) => {
    close = code;
  });
  await until("the connection", () => socket.readyState !== WebSocket.CONNECTING);

  const terminal: Terminal = {
    socket,
    messages,
    send(frame) {
      socket.send(typeof frame === "string" || frame instanceof Uint8Array ? frame : JSON.stringify(frame));
    },
    async hello(change = {}) {
      terminal.send({ ...helloOf("EURUSD"), ...change });
      const isWelcome = (message: BridgeMessage) => message.type === "welcome";
      await until("a welcome", () => messages.some(isWelcome) || close !== undefined);
      const found = messages.find(isWelcome);
      if (!found) throw new Error(`no welcome but ${JSON.stringify(messages)}`);
      return found;
    },
    batch: (change) => terminal.send(encodeTickBatch({ ...batchOf(1, 1), ...change })),
    async acknowledged(sequence, symbolIndex = 0) {
      const isIt = (message: BridgeMessage) =>
        message.type === "ack" && message.symbolIndex === symbolIndex && BigInt(message.sequence) >= sequence;
      await until("the message", () => messages.some(isIt) || close !== undefined);
      const found = messages.find(isIt);
      if (found?.type !== "ack") throw new Error(`no ack of ${sequence} but ${JSON.stringify(messages)}`);
      return found;
    },
    async end() {
      await until("the connection has ended", () => close !== undefined);
      const error = messages.find(({ type }) => type === "error");
      return { code: error?.type === "error" ? error.code : undefined, close: close ?? 0 };
    },
  };
  return terminal;
}
