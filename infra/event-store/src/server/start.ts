import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { createSecureContext } from "node:tls";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { createCommitter } from "./committer.ts";
import { createTail } from "./feeds/tail.ts";
import { initialize } from "./initialize.ts";
import { createGroups } from "./persistent/groups.ts";
import { defaultPasswords } from "./protocol/authentication.ts";
import { createServices } from "./protocol/services.ts";
import { type StoredEvent, subjectOf } from "./storage/event.ts";
import { openStorage } from "./storage/storage.ts";

export interface EventStoreServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** `127.0.0.1` unless told. */
  readonly host?: string;
  /** Where the events are kept; made if it is not there. Either this or `inMemory`. */
  readonly dataDir?: string;
  readonly inMemory?: boolean;
  /** Files in PEM. Without them the connection is not encrypted. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /**
   * Users and their passwords: with them a call must name one. Without them it need not, but one that names another than
   * `admin` with the password `changeit` is refused.
   */
  readonly users?: Readonly<Record<string, string>>;
  /** The largest append, in bytes: 1 MiB unless told. */
  readonly maxAppendBytes?: number;
}

export interface EventStoreServer {
  readonly port: number;
  /** What a client connects with, without credentials. */
  readonly connectionString: string;
  /** Comes true if the store fails for good, with why: then every write fails, and the process should end. */
  readonly died: Promise<Error>;
  /** Comes true if a client asks the server to end: then it should be closed. */
  readonly askedToEnd: Promise<void>;
  /** Answers what it has been asked to write, drops every call and closes the file. */
  close(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Serves EventStoreDB's gRPC protocol. Throws `EventStoreDataError` when the data cannot be used, and an `Error` when it
 * cannot listen or encrypt. Each says what to do.
 */
export async function startEventStoreServer(options: EventStoreServerOptions): Promise<EventStoreServer> {
  const { maxAppendBytes = MEBIBYTE, tls } = options;
  const host = inAddress(options.host ?? "127.0.0.1");
  if (!options.inMemory && options.dataDir === undefined)
    throw new Error("name the folder of the data, or ask for memory");
  const credentials = tls ? encrypted(tls) : ServerCredentials.createInsecure();
  const storage = openStorage(options.inMemory ? undefined : options.dataDir);
  const { reader } = storage;
  const tail = createTail(reader);
  const committer = createCommitter(storage.write, (requests, events) => {
    for (const { stream } of requests) reader.forgetLimits(subjectOf(stream));
    setImmediate(tellFollowers, events);
  });
  let isClosing = false;
  /** Writers wait for their answers, and those who follow for nothing: these hear of it in the next turn. */
  function tellFollowers(events: readonly StoredEvent[]): void {
    if (isClosing) return;
    tail.extend(events);
    groups.wake();
  }
  const groups = createGroups(committer, reader);
  const users = { passwords: options.users ?? defaultPasswords, required: options.users !== undefined };
  const asked = Promise.withResolvers<void>();
  const endServer = () => asked.resolve();
  const server = createServices({ reader, tail, committer, groups, users, maxAppendBytes, endServer });

  async function close(): Promise<void> {
    await committer.idle();
    isClosing = true;
    // At once: a client whose call is cut off looks for another node, one whose call is cancelled does not.
    server.forceShutdown();
    await groups.stop();
    await committer.idle();
    await storage.close();
  }
  let port: number;
  try {
    await initialize(reader, committer);
    port = await listen(server, host, options.port, credentials);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    port,
    connectionString: `esdb://${host}:${port}?tls=${tls !== undefined}`,
    died: storage.died,
    askedToEnd: asked.promise,
    close,
  };
}

/** As it stands before a colon and a port: an IPv6 address goes into brackets (RFC 3986, 3.2.2). */
const inAddress = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

const listen = (server: Server, host: string, port: number, credentials: ServerCredentials): Promise<number> =>
  new Promise((resolve, reject) =>
    server.bindAsync(`${host}:${port}`, credentials, (error, taken) =>
      error ? reject(cannotListen(host, port, error)) : resolve(taken),
    ),
  );

const refusals: readonly (readonly [RegExp, string])[] = [
  [/EADDRINUSE/, "another program listens there. End that one, or take another port"],
  [/EADDRNOTAVAIL/, "this machine has no such address"],
  [/EACCES/, "the system does not let this user. Take a port above 1023"],
  [/resolution failed|ENOTFOUND/, "there is no such host"],
];

/** gRPC tells what the system said in the middle of a sentence of its own. */
function cannotListen(host: string, port: number, cause: Error): Error {
  const [, reason = cause.message] = refusals.find(([pattern]) => pattern.test(cause.message)) ?? [];
  return new Error(`The event store cannot listen on ${host}:${port}: ${reason}.`, { cause });
}

function encrypted({ certificate, key }: { certificate: string; key: string }): ServerCredentials {
  try {
    const pair = { cert: readFileSync(certificate), key: readFileSync(key) };
    // gRPC would find out only when it listens.
    createSecureContext(pair);
    return ServerCredentials.createSsl(null, [{ cert_chain: pair.cert, private_key: pair.key }]);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new Error(`No certificate with its key, in PEM, in ${certificate} and ${key}: ${reason}.`, { cause });
  }
}
