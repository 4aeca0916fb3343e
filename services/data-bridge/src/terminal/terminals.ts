import type { HttpResponse, TemplatedApp, WebSocket } from "uWebSockets.js";
import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { Refused } from "@tradesage/contracts";
import { PROBLEM_MEDIA_TYPE, problemOf } from "@tradesage/contracts/http";
import { isBearer } from "../admission.ts";
import { TerminalFault } from "../terminal-fault.ts";
import { createSession, type Dialled, type Session, type SessionParts, type Wire } from "./session.ts";

/** The largest frame that is read: a HELLO of a thousand symbols fits. Whoever sends a larger one is cut off at once. */
const MAX_FRAME_BYTES = 1_048_576;
/** Acknowledgements that wait for a terminal to read them. */
const MAX_BACKPRESSURE_BYTES = 262_144;
const IDLE_LINK_SECONDS = 60;
const SWEEP_MS = 1_000;
/** What `send` of uWebSockets.js returns when it kept nothing. */
const DROPPED = 2;

export interface Terminals {
  count(): number;
  /** Sends all away and waits until they are gone. */
  stop(): Promise<void>;
}

interface UserData extends Dialled {
  session?: Session;
}

/** Takes terminals in at `/terminal`. */
export function registerTerminals(app: TemplatedApp, parts: SessionParts): Terminals {
  const sessions = new Set<Session>();
  const sweeping = setInterval(() => {
    const now = Date.now();
    for (const session of sessions) session.sweep(now);
  }, SWEEP_MS);

  app.ws<UserData>("/terminal", {
    maxPayloadLength: MAX_FRAME_BYTES,
    maxBackpressure: MAX_BACKPRESSURE_BYTES,
    idleTimeout: IDLE_LINK_SECONDS,
    sendPingsAutomatically: true,

    // At once, and the key is checked behind it: an upgrade after an await can be closed by uWebSockets.js itself
    // (its issue 1928). The session takes nothing before it knows whose the key is.
    upgrade(res, req, context) {
      const authorization = req.getHeader("authorization");
      if (!isBearer(authorization)) {
        return answerProblem(
          res,
          new Refused("UNAUTHENTICATED", "Send the terminal's key as `Authorization: Bearer <key>`"),
        );
      }
      const key = req.getHeader("sec-websocket-key");
      const protocol = req.getHeader("sec-websocket-protocol");
      const extensions = req.getHeader("sec-websocket-extensions");
      const address = Buffer.from(res.getRemoteAddressAsText()).toString();
      res.upgrade<UserData>({ authorization, address }, key, protocol, extensions, context);
    },

    open(socket) {
      const data = socket.getUserData();
      const session = createSession(wireOf(socket), data, parts);
      data.session = session;
      sessions.add(session);
      void session.released.then(() => sessions.delete(session));
    },
    message: (socket, frame, isBinary) => socket.getUserData().session?.receive(new Uint8Array(frame), isBinary),
    close: (socket) => socket.getUserData().session?.onClosed(),
  });
  app.any("/*", (res) => void answerProblem(res, new Refused("ROUTE_NOT_FOUND", "Terminals dial in at /terminal")));

  return {
    count: () => sessions.size,
    async stop() {
      clearInterval(sweeping);
      const all = [...sessions];
      for (const session of all) session.end(new TerminalFault("SHUTTING_DOWN"));
      await Promise.all(all.map(({ released }) => released));
    },
  };
}

const wireOf = (socket: WebSocket<UserData>): Wire => ({
  send: (text) => socket.send(text) !== DROPPED,
  close: (code, reason) => socket.end(code, reason),
});

function answerProblem(res: HttpResponse, refused: Refused): void {
  const problem = problemOf(refused, randomUUID());
  res.writeStatus(`${problem.status} ${STATUS_CODES[problem.status] ?? ""}`);
  res.writeHeader("content-type", PROBLEM_MEDIA_TYPE);
  if (problem.status === 401) res.writeHeader("www-authenticate", "Bearer");
  res.end(JSON.stringify(problem));
}
