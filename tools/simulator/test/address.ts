import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** One address behind which several bridges are, as a load balancer is: a connection goes to the first that is up. */
export interface Address {
  readonly url: string;
  /** The port of the bridge that the newest connection went to. */
  serving(): number | undefined;
  /** Ends all connections in the middle of whatever they are doing: what was sent may or may not have arrived. */
  cut(): void;
  close(): Promise<void>;
}

export async function openAddress(ports: readonly number[]): Promise<Address> {
  const sockets = new Set<Socket>();
  let serving: number | undefined;
  const server = createServer(async (client) => {
    client.on("error", () => undefined);
    for (const port of ports) {
      const bridge = connect(port, "127.0.0.1");
      const isUp = await once(bridge, "connect").then(
        () => true,
        () => false,
      );
      if (!isUp) continue;
      serving = port;
      for (const socket of [client, bridge]) {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
      }
      bridge.on("error", () => client.destroy());
      bridge.on("close", () => client.destroy());
      client.on("close", () => bridge.destroy());
      return void client.pipe(bridge).pipe(client);
    }
    client.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no free port");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `ws://127.0.0.1:${address.port}/terminal`,
    serving: () => serving,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
