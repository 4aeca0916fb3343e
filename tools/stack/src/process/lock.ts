import { createServer } from "node:net";

export interface Lock {
  release(): void;
}

/**
 * Holds a name on this machine, or answers `undefined` when somebody else holds it. It is an abstract Unix socket
 * (unix(7)): the kernel lets go of it when its process ends, however that happens.
 */
export function holdLock(name: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(`\0tradesage-${name}`, () => {
      server.unref();
      resolve({ release: () => server.close() });
    });
  });
}
