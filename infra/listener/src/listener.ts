import { App, type TemplatedApp, us_listen_socket_close, us_socket_local_port } from "uWebSockets.js";

/** A uWebSockets.js app and its port. */
export interface Listener {
  readonly app: TemplatedApp;
  /** Listens; resolves to the port. Throws if it is taken. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new connections; those that are there go on. */
  stopListening(): void;
  /** Ends all connections. */
  close(): void;
}

/** LIBUS_LISTEN_EXCLUSIVE_PORT: without it a second process would share the port in silence (SO_REUSEPORT). */
const EXCLUSIVE_PORT = 1;

type ListenSocket = Parameters<typeof us_listen_socket_close>[0];
/** The typings know no options beside a host; the native code does. */
type Listen = (host: string, port: number, options: number, done: (socket: ListenSocket | false) => void) => void;

export function createListener(): Listener {
  const app = App();
  let socket: ListenSocket | undefined;
  return {
    app,
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        (app.listen as unknown as Listen).call(app, host, port, EXCLUSIVE_PORT, (listening) => {
          if (!listening) return reject(new Error(`cannot listen on ${host}:${port}: the port is taken`));
          socket = listening;
          resolve(us_socket_local_port(listening));
        });
      }),
    stopListening() {
      if (socket) us_listen_socket_close(socket);
      socket = undefined;
    },
    close: () => void app.close(),
  };
}
