import type { TemplatedApp } from "uWebSockets.js";
import { Refused } from "@tradesage/contracts";
import { SOCKET_PATH, socketLimits } from "@tradesage/contracts/socket";
import type { Origins } from "../access/origins.ts";
import { type Exchange, exchange } from "../http/exchange.ts";
import { problem } from "../http/replies.ts";
import { type Client, type ClientParts, createClient } from "./client.ts";
import { createConnection, HIGH_WATER_BYTES } from "./connection.ts";

export interface StreamParts extends ClientParts {
  readonly origins: Origins;
}

/** The socket's clients. */
export interface Stream {
  count(): number;
  /** Closes all, with 1001: they connect to another gateway and resume. */
  stop(): void;
}

interface UserData {
  readonly authorization: string;
  client?: Client;
}

const SWEEP_MS = 1_000;

/** Serves the socket. The token comes in the Authorization header of the upgrade, or in the first message. */
export function registerStream(app: TemplatedApp, parts: StreamParts): Stream {
  const clients = new Set<Client>();
  const sweeping = setInterval(() => {
    const now = Date.now();
    for (const client of clients) client.sweep(now);
  }, SWEEP_MS);

  app.ws<UserData>(SOCKET_PATH, {
    // A frame larger than ours allow gets its close code from us; one larger than this just ends.
    maxPayloadLength: 4 * socketLimits.frameBytes,
    // What may wait is bounded before anything is sent; a message never finds this full, so none is dropped.
    maxBackpressure: 16 * HIGH_WATER_BYTES,
    idleTimeout: 60,
    sendPingsAutomatically: true,

    // At once, within the handler: upgraded after an await, uWebSockets.js 20 now and then ends the new connection.
    upgrade(res, req, context) {
      const request = exchange(res, req, 0);
      // RFC 6750 §2.3: a token in a URL ends in logs and histories.
      if (request.search.size > 0) return reject(request, tokenInAddress());
      // RFC 6455 §10.2
      if (!parts.origins.allow(request.header("origin"), request.header("host")))
        return reject(request, new Refused("FORBIDDEN", "Pages of this origin may not use the socket"));
      const key = req.getHeader("sec-websocket-key");
      const extensions = req.getHeader("sec-websocket-extensions");
      res.upgrade<UserData>({ authorization: request.header("authorization") }, key, "", extensions, context);
    },

    open(socket) {
      const data = socket.getUserData();
      data.client = createClient(createConnection(socket), parts);
      clients.add(data.client);
      if (data.authorization !== "") data.client.authenticate(data.authorization);
    },
    message: (socket, frame, isBinary) => socket.getUserData().client?.receive(frame, isBinary),
    drain: (socket) => socket.getUserData().client?.onDrain(),
    close(socket) {
      const { client } = socket.getUserData();
      if (!client) return;
      clients.delete(client);
      client.onClosed();
    },
  });
  app.get(SOCKET_PATH, (res, req) => {
    const request = exchange(res, req, 0);
    request.reply(problem(new Refused("ROUTE_NOT_FOUND", "This is a WebSocket: see /docs"), request));
  });

  return {
    count: () => clients.size,
    stop() {
      clearInterval(sweeping);
      for (const client of [...clients]) client.dismiss();
    },
  };
}

const tokenInAddress = () =>
  new Refused("INVALID_INPUT", "The socket takes no query parameters; a token belongs in a header");
const reject = (request: Exchange, refused: Refused) => request.reply(problem(refused, request));
