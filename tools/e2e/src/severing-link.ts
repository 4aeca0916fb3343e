import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A terminal's way to a bridge of this machine, which can be severed at its worst moment. */
export interface SeveringLink {
  readonly url: string;
  /**
   * Severs the connection over which the next acknowledgement comes, in its stead: what was sent is stored, and the
   * terminal is never told.
   */
  sever(): void;
  /** How often it was severed. */
  readonly severed: number;
  close(): Promise<void>;
}

/** How an acknowledgement reads on the wire: the bridge's frames are not masked (RFC 6455 section 5.1). */
const ACKNOWLEDGEMENT = '{"type":"ack"';

/** Listens on a free port and passes everything on to the bridge; where that is away, it closes as that would. */
export async function openSeveringLink(bridge: string): Promise<SeveringLink> {
  const target = new URL(bridge);
  const open = new Set<() => void>();
  let isDoomed = false;
  let severed = 0;
  const server = createServer((terminal) => {
    const far = connect(Number(target.port), target.hostname);
    const end = () => {
      open.delete(end);
      terminal.destroy();
      far.destroy();
    };
    open.add(end);
    for (const socket of [terminal, far]) socket.on("error", end).on("close", end);
    terminal.pipe(far);
    far.on("data", (answer) => {
      if (!isDoomed || !answer.includes(ACKNOWLEDGEMENT)) return void terminal.write(answer);
      isDoomed = false;
      severed++;
      end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return {
    url: `ws://127.0.0.1:${address.port}${target.pathname}`,
    sever() {
      isDoomed = true;
    },
    get severed() {
      return severed;
    },
    async close() {
      for (const end of open) end();
      server.close();
      await once(server, "close");
    },
  };
}
