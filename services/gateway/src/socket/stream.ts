import type { TemplatedApp } from "uWebSockets.js";
import { Refused } from "@tradesage/contracts";
import { SOCKET_PATH, type SocketForm, socketLimits, subprotocols } from "@tradesage/contracts/socket";
import type { Rates } from "@tradesage/listener";
import type { Origins } from "../access/origins.ts";
import { type Exchange, exchange } from "../http/exchange.ts";
import { problem } from "../http/replies.ts";
import { refusedOf } from "../refused-of.ts";
import { type Client, type ClientParts, createClient } from "./client.ts";
import { createConnection, MOST_BYTES } from "./connection.ts";

export interface StreamParts extends ClientParts {
  readonly addresses: Rates;
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
  readonly form: SocketForm;
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
    maxBackpressure: MOST_BYTES,
    idleTimeout: 60,
    sendPingsAutomatically: true,

    // At once, within the handler: upgraded after an await, uWebSockets.js 20 now and then ends the new connection.
    upgrade(res, req, context) {
      const request = exchange(res, req, 0);
      try {
        parts.addresses.take(request.address);
      } catch (error) {
        return reject(request, refusedOf(error, parts.logger));
      }
      // RFC 6750 §2.3: a token in a URL ends in logs and histories.
      if (request.search.size > 0) return reject(request, tokenInAddress());
      // RFC 6455 §10.2
      if (!parts.origins.allow(request.header("origin"), request.header("host")))
        return reject(request, new Refused("FORBIDDEN", "Pages of this origin may not use the socket"));
      const { form, subprotocol } = formOf(req.getHeader("sec-websocket-protocol"));
      const key = req.getHeader("sec-websocket-key");
      const extensions = req.getHeader("sec-websocket-extensions");
      const data: UserData = { authorization: request.header("authorization"), form };
      res.upgrade<UserData>(data, key, subprotocol, extensions, context);
    },

    open(socket) {
      const data = socket.getUserData();
      data.client = createClient(createConnection(socket, parts.deadlines), data.form, parts);
      clients.add(data.client);
      if (data.authorization !== "") data.client.authenticate(data.authorization);
    },
    message: (socket, frame, isBinary) => socket.getUserData().client?.receive(frame, isBinary),
    drain: (socket) => socket.getUserData().client?.onDrain(),
    dropped: (socket) => socket.getUserData().client?.onDropped(),
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

/** The first of the offered subprotocols that is ours (RFC 6455 §4.2.2); none where none is, and JSON then. */
function formOf(offered: string): { form: SocketForm; subprotocol: string } {
  const names = offered.split(",").map((name) => name.trim());
  const forms = Object.keys(subprotocols) as SocketForm[];
  const subprotocol = names.find((name) => forms.some((form) => subprotocols[form] === name)) ?? "";
  return { form: forms.find((form) => subprotocols[form] === subprotocol) ?? "json", subprotocol };
}

const tokenInAddress = () =>
  new Refused("INVALID_INPUT", "The socket takes no query parameters; a token belongs in a header");
const reject = (request: Exchange, refused: Refused) => request.reply(problem(refused, request));
