import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A network between a client and a server that does what networks do. */
export interface Network {
  /** What a client connects with. */
  readonly url: string;
  /** Bytes that came from the server so far. */
  received(): number;
  /** From now on nothing that the server says arrives; what is said to it does. */
  mute(): void;
  /** Cuts every connection. New ones work as they should. */
  cut(): void;
}

export async function startNetwork(url: string): Promise<Network> {
  const { hostname, port } = new URL(url.replace(/^esdb:/, "http:"));
  const sockets = new Set<Socket>();
  let bytes = 0;
  let muted = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on("data", (data) => {
      bytes += data.length;
      if (!muted && !near.write(data)) far.pause();
    });
    near.on("drain", () => far.resume());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    muted = false;
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    server.close();
    cut();
  });
  return {
    url: `esdb://127.0.0.1:${(server.address() as AddressInfo).port}?tls=false`,
    received: () => bytes,
    mute() {
      muted = true;
    },
    cut,
  };
}
