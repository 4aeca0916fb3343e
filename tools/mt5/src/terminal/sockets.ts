import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { CriticalError, type Mql5Array } from "../language/runtime.ts";

interface OpenSocket {
  stream?: Socket;
  isEnded: boolean;
  /** What came and was not read. */
  inbox: Buffer;
}

/** MQL5's sockets. `trust` is a certificate to believe in; `mostSent` the bytes that one send takes at most. */
export function createSockets(options: { readonly trust?: string } = {}) {
  const open = new Map<number, OpenSocket>();
  const network = { mostSent: Number.POSITIVE_INFINITY };
  let lastHandle = 0;

  const socketOf = (handle: number): OpenSocket => {
    const socket = open.get(handle);
    if (!socket) throw new CriticalError(`socket handle ${handle} is not open`);
    return socket;
  };

  function follow(socket: OpenSocket, stream: Socket): void {
    socket.stream = stream;
    stream.on("data", (bytes) => {
      socket.inbox = Buffer.concat([socket.inbox, bytes]);
    });
    const end = () => {
      socket.isEnded = true;
    };
    stream.on("error", end);
    stream.on("end", end);
    stream.on("close", end);
  }

  function take(handle: number, target: Mql5Array<number>, most: number): number {
    const socket = socketOf(handle);
    const bytes = socket.inbox.subarray(0, most);
    socket.inbox = socket.inbox.subarray(bytes.length);
    target.items = [...bytes];
    return bytes.length === 0 && socket.isEnded ? -1 : bytes.length;
  }

  function send(handle: number, source: Mql5Array<number>, count: number): number {
    const { stream, isEnded } = socketOf(handle);
    if (!stream || isEnded) return -1;
    const bytes = Uint8Array.from(source.items.slice(0, Math.min(count, network.mostSent)));
    stream.write(bytes);
    return bytes.length;
  }

  const functions = {
    SocketCreate(): number {
      open.set(++lastHandle, { isEnded: false, inbox: Buffer.alloc(0) });
      return lastHandle;
    },
    async SocketConnect(handle: number, host: string, port: number, timeoutMs: number): Promise<boolean> {
      const socket = socketOf(handle);
      const stream = connectTcp({ host, port, noDelay: true });
      follow(socket, stream);
      return settles(stream, "connect", timeoutMs);
    },
    async SocketTlsHandshake(handle: number, host: string): Promise<boolean> {
      const socket = socketOf(handle);
      if (!socket.stream) return false;
      socket.stream.removeAllListeners("data");
      const trust = options.trust === undefined ? {} : { ca: options.trust };
      const stream = connectTls({ socket: socket.stream, servername: host, ...trust });
      follow(socket, stream);
      return settles(stream, "secureConnect", 5_000);
    },
    SocketIsConnected: (handle: number) => !socketOf(handle).isEnded,
    SocketIsReadable: (handle: number) => socketOf(handle).inbox.length,
    SocketTimeouts: () => true,
    SocketRead: take,
    SocketTlsReadAvailable: take,
    SocketSend: send,
    SocketTlsSend: send,
    SocketClose(handle: number): boolean {
      socketOf(handle).stream?.destroy();
      open.delete(handle);
      return true;
    },
  };

  function closeAll(): void {
    for (const handle of [...open.keys()]) functions.SocketClose(handle);
  }
  /** Cuts every connection, as a network that fails. */
  function cut(): void {
    for (const { stream } of open.values()) stream?.resetAndDestroy();
  }

  return { functions, network, cut, closeAll };
}

async function settles(stream: Socket, event: string, timeoutMs: number): Promise<boolean> {
  try {
    await once(stream, event, { signal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    return false;
  }
}
