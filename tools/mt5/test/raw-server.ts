import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";

const acceptOf = (request: string) => {
  const key = /Sec-WebSocket-Key: (\S+)/.exec(request)?.[1] ?? "";
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
};
/** A right answer to the opening handshake, its headers written unlike ours. */
export const welcomeTo = (request: string) =>
  `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nSEC-WEBSOCKET-ACCEPT:  ${acceptOf(request)}\r\n\r\n`;

/** A server that shakes hands as it is told; `heard` is what came from the client since. */
export async function serve(answer = welcomeTo, server: Server = createServer()) {
  let request = "";
  let heard = Buffer.alloc(0);
  const connection = Promise.withResolvers<Socket>();
  server.on(server instanceof createTlsServer().constructor ? "secureConnection" : "connection", (socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => {
      request = String(data);
      socket.write(answer(request));
      socket.on("data", (more) => {
        heard = Buffer.concat([heard, more]);
      });
      connection.resolve(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { port, connection: connection.promise, request: () => request, heard: () => heard };
}
