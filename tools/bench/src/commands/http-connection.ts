import { once } from "node:events";
import { connect } from "node:net";

/** One keep-alive connection of HTTP/1.1 (RFC 9112), for one request at a time. */
export interface HttpConnection {
  /** Posts, and waits until the whole answer is there. Throws for a status other than 2xx and when the connection breaks. */
  post(path: string, body: string): Promise<void>;
  close(): void;
}

interface Answer {
  readonly status: string;
  readonly body: string;
}

const PATIENCE_MS = 30_000;

/**
 * So much of a client as the gateway's answers need: who makes the load shares the cores with what is measured, and
 * this costs a fraction of a client for everything. Answers must tell their length; those in chunks are not understood.
 */
export async function openHttpConnection(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpConnection> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  const fields = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = ` HTTP/1.1\r\n${fields.join("")}content-length: `;
  let received: Buffer = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<Answer> | undefined;

  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("the gateway does not answer")));
  socket.on("error", (error) => waiting?.reject(error));
  socket.on("close", () => waiting?.reject(new Error("the gateway closed the connection")));
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const lines = received.toString("latin1", 0, headEnd);
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(lines) ?? [];
    if (length === undefined) return void socket.destroy(new Error(`an answer without its length: ${lines}`));
    const end = headEnd + 4 + Number(length);
    if (received.length < end) return;
    waiting?.resolve({
      status: lines.slice("HTTP/1.1 ".length, 12),
      body: received.toString("utf8", headEnd + 4, end),
    });
    received = received.subarray(end);
  });

  return {
    async post(path, body) {
      if (!socket.writable) throw new Error("the connection to the gateway is closed");
      waiting = Promise.withResolvers();
      socket.write(`POST ${path}${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
      const { status, body: answer } = await waiting.promise;
      if (!status.startsWith("2")) throw new Error(`POST ${path} was answered ${status}: ${answer}`);
    },
    close: () => void socket.end(),
  };
}
