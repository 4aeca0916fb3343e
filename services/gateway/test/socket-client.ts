import { decodePrices, ServerMessage, type SocketForm, subprotocols } from "@tradesage/contracts/socket";
import { until } from "@tradesage/until";
import { WebSocket } from "ws";

/** A client that keeps what it is sent. */
export interface SocketClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[];
  /** How it was closed, once it was. */
  closed(): { code: number; reason: string } | undefined;
  send(message: object | string | Buffer): void;
  /** Waits for the first message of a type (and of what else it must have) and resolves to it. */
  next<Type extends ServerMessage["type"]>(type: Type, like?: Partial<Message<Type>>): Promise<Message<Type>>;
  whenClosed(): Promise<{ code: number; reason: string }>;
}
type Message<Type> = Extract<ServerMessage, { type: Type }>;

export interface ConnectOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly search?: string;
  /** What is offered as subprotocol; nothing unless told. */
  readonly form?: SocketForm;
}

/** Opens the socket; every message that comes must be one of the contracts. */
export function connectSocket(
  url: string,
  { token, headers = {}, search = "", form }: ConnectOptions = {},
): SocketClient {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream${search}`, form && [subprotocols[form]], {
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
  const messages: ServerMessage[] = [];
  let closing: { code: number; reason: string } | undefined;
  let failure: Error | undefined;
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) return void messages.push(...decodePrices(data));
    const message = ServerMessage.safeParse(JSON.parse(String(data)));
    if (message.success) messages.push(message.data);
    else failure = message.error;
  });
  socket.on("error", () => {});
  socket.on("close", (code, reason) => {
    closing = { code, reason: String(reason) };
  });

  return {
    socket,
    messages,
    closed: () => closing,
    send(message) {
      socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
    },
    async next(type, like = {}) {
      const isIt = (message: ServerMessage): message is Message<typeof type> =>
        message.type === type && Object.entries(like).every(([key, value]) => Reflect.get(message, key) === value);
      await until(`a message ${type} ${JSON.stringify(like)}`, () => {
        if (failure) throw failure;
        return messages.some(isIt);
      });
      return messages.find(isIt) as Message<typeof type>;
    },
    async whenClosed() {
      await until("the socket to close", () => closing !== undefined);
      return closing as { code: number; reason: string };
    },
  };
}
