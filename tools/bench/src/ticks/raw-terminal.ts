import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Where terminals dial in. */
export const TERMINAL_PATH = "/terminal";

/** A WebSocket of a client that costs next to nothing: its frames are made beforehand and written as they are. */
export interface RawSocket {
  write(frames: Buffer): void;
  end(): void;
}

/** Dials in, and tells each text that comes. Rejects where the upgrade is refused. */
export async function dial(
  url: string,
  token: string,
  onText: (text: string) => void,
  onEnd: (error: Error) => void,
): Promise<RawSocket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay();
  await once(socket, "connect");
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
      `Authorization: Bearer ${token}\r\n\r\n`,
  );
  let rest = await upgraded(socket);
  const read = (chunk: Buffer) => {
    rest = texts(Buffer.concat([rest, chunk]), onText);
  };
  let ended = false;
  socket.on("data", read);
  socket.on("error", onEnd);
  socket.on("close", () => !ended && onEnd(new Error("the server closed the socket")));
  read(Buffer.alloc(0));
  return {
    write: (frames) => void socket.write(frames),
    end() {
      ended = true;
      socket.destroy();
    },
  };
}

async function upgraded(socket: Socket): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    if (!head.subarray(0, end).toString().startsWith("HTTP/1.1 101")) throw new Error("the upgrade was refused");
    return head.subarray(end + 4);
  }
}

/** Tells the whole text frames of a server; returns what is left. */
function texts(bytes: Buffer, onText: (text: string) => void): Buffer {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (at + head > bytes.length) break;
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    if (at + head + length > bytes.length) break;
    if (((bytes[at] ?? 0) & 0x0f) === 1) onText(bytes.toString("utf8", at + head, at + head + length));
    at += head + length;
  }
  return bytes.subarray(at);
}
