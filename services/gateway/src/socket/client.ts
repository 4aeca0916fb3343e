import { type JsonValue, parseInput, Refused, refuse, type TenantId } from "@tradesage/contracts";
import { ClientMessage, type CloseCode, type SocketForm, socketLimits } from "@tradesage/contracts/socket";
import { createBucket } from "@tradesage/listener";
import type { Logger } from "@tradesage/telemetry";
import { bearerOf, type Session, tenantOf } from "../access/session.ts";
import type { Deadlines } from "../deadlines.ts";
import { parseStrictJson } from "../http/strict-json.ts";
import { refusedOf } from "../refused-of.ts";
import { type Connection, errorMessage } from "./connection.ts";
import { createSubscriptions, type SubscriptionParts, type Subscriptions } from "./subscriptions.ts";

export interface ClientParts extends SubscriptionParts {
  /** Who the token speaks for, if he may use the socket. */
  readonly admit: (token: string) => Promise<Session>;
  /** Whether a tenant's doors are open: it may be suspended while its clients are connected. */
  readonly isActive: (tenant: TenantId) => boolean;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
}

/** One client of the socket: what it may, and what it asked for. */
export interface Client {
  /** The Authorization header of the upgrade stands for a first message. */
  authenticate(authorization: string): void;
  receive(frame: ArrayBuffer, isBinary: boolean): void;
  onDrain(): void;
  /** uWebSockets.js did not keep a message for him. */
  onDropped(): void;
  onClosed(): void;
  /** To be called about once a second: deadlines, expiry, heartbeats. */
  sweep(now: number): void;
  /** The gateway stops. */
  dismiss(): void;
}

export function createClient(connection: Connection, form: SocketForm, parts: ClientParts): Client {
  const openedAt = Date.now();
  const bucket = createBucket(socketLimits.messageBurst, socketLimits.messagesPerSecond, openedAt);
  let session: Session | undefined;
  let subscriptions: Subscriptions | undefined;
  /** Messages are handled one after the other, as they came. */
  let handling = Promise.resolve();

  function fail(refused: Refused, code: CloseCode): void {
    connection.tell(errorMessage(refused));
    connection.close(code);
  }

  function begin(next: Session): void {
    const tenant = tenantOf(next.principal);
    if (session && tenantOf(session.principal) !== tenant) refuse("FORBIDDEN", "The new token is of another tenant");
    session = next;
    subscriptions ??= createSubscriptions(
      {
        connection,
        form,
        tenant,
        principal: next.principal,
        onFailure: (error) => fail(refusedOf(error, parts.logger), 4503),
      },
      parts,
    );
    connection.tell({ type: "authenticated", ...next.principal, expiresAt: next.expiresAt.toISOString() });
  }

  async function authenticate(tokenOf: () => string): Promise<void> {
    try {
      begin(await parts.admit(tokenOf()));
    } catch (error) {
      const refused = refusedOf(error, parts.logger);
      fail(refused, closeCodeOf(refused));
    }
  }

  async function handle(message: ClientMessage): Promise<void> {
    if (!connection.isOpen()) return;
    if (message.type === "authenticate") return authenticate(() => message.token);
    if (!subscriptions) return fail(new Refused("UNAUTHENTICATED", "The first message must authenticate"), 4401);
    switch (message.type) {
      case "subscribe":
        return subscriptions.add(message);
      case "unsubscribe":
        subscriptions.remove(message.id);
        return connection.tell({ type: "unsubscribed", id: message.id });
      case "ping":
        return connection.tell({ type: "pong", ...(message.nonce !== undefined && { nonce: message.nonce }) });
    }
  }

  function receive(frame: ArrayBuffer, isBinary: boolean) {
    if (!bucket.take(Date.now())) return fail(new Refused("RATE_LIMITED"), 4429);
    if (frame.byteLength > socketLimits.frameBytes) return connection.close(1009);
    if (isBinary) return fail(new Refused("MALFORMED_JSON", "Frames are JSON text, not binary"), 4400);
    let value: JsonValue;
    try {
      value = parseStrictJson(new Uint8Array(frame));
    } catch (error) {
      return fail(refusedOf(error, parts.logger), 4400);
    }
    handling = handling
      .then(() => handle(parseInput(ClientMessage, value)))
      .catch((error: unknown) => connection.tell(errorMessage(refusedOf(error, parts.logger), idOf(value))));
  }

  return {
    authenticate(authorization) {
      handling = authenticate(() => bearerOf(authorization));
    },
    receive,
    onDrain() {
      connection.onDrain();
      subscriptions?.flush();
    },
    onDropped() {
      // Not at once: this is told from within its sending, where topics must not be left.
      setImmediate(() => subscriptions?.fallBehind());
    },
    onClosed() {
      connection.onClosed();
      subscriptions?.stop();
    },
    sweep(now) {
      if (!session && now - openedAt > parts.deadlines.authenticateMs)
        return fail(new Refused("UNAUTHENTICATED", "No token came in time"), 4401);
      if (session && now >= session.expiresAt.getTime())
        return fail(new Refused("UNAUTHENTICATED", "The token has expired"), 4401);
      if (session && !parts.isActive(tenantOf(session.principal))) return fail(new Refused("TENANT_NOT_ACTIVE"), 4403);
      if (!connection.isWritable()) subscriptions?.fallBehind();
      if (connection.isSilent(now))
        connection.tell({
          type: "heartbeat",
          at: new Date(now).toISOString(),
          positions: subscriptions?.positions() ?? {},
        });
    },
    dismiss: () => connection.close(1001),
  };
}

function closeCodeOf({ code }: Refused): CloseCode {
  if (code === "UNAUTHENTICATED") return 4401;
  return code === "UNAVAILABLE" || code === "INTERNAL" ? 4503 : 4403;
}

/** The subscription's id in a message that may be malformed otherwise. */
function idOf(value: JsonValue): string | undefined {
  const { id } = (value ?? {}) as { id?: unknown };
  return typeof id === "string" && id.length <= 64 ? id : undefined;
}
