import { parseArgs } from "node:util";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { startEventStoreServer } from "./start.ts";
import { EventStoreDataError } from "./storage/data-error.ts";

const help = `Usage: tradesage event-store [options]

Runs the embedded event store, which speaks EventStoreDB's gRPC protocol, until it is told to end.

  --port N         where it listens; 0 takes any free port (2113)
  --host ADDRESS   the address that it listens on (127.0.0.1)
  --data DIR       the folder that keeps the events; made if it is not there
  --in-memory      keep nothing
  --tls-certificate FILE, --tls-key FILE
                   encrypt the connection; both in PEM
  --require-login  refuse calls without user and password; the connection must be encrypted
  --help           this text

EVENTSTORE_PASSWORD is the password of the user admin, where a login is required (changeit).
EVENTSTORE_MAX_APPEND_SIZE sets the largest append, in bytes (1048576).
"tradesage event-store backup --help" and "compact --help" tell how to look after its data.
Exit codes: 0 ended as told, 1 failed, 2 not understood, 78 the data cannot be used.
`;

// What goes wrong is told below, once, and in words for people.
setLogVerbosity(logVerbosity.NONE);

const exitCodes = { failed: 1, usage: 2, data: 78 } as const;

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function options() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "2113" },
        host: { type: "string", default: "127.0.0.1" },
        data: { type: "string" },
        "in-memory": { type: "boolean", default: false },
        "tls-certificate": { type: "string" },
        "tls-key": { type: "string" },
        "require-login": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    return end(exitCodes.usage, `${(error as Error).message}\n\n${help}`);
  }
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  return end(exitCodes.usage, `${name}: expected a whole number up to ${most}, not "${text}"`);
}

const given = options();
const { port, host, data, help: asked, "in-memory": inMemory } = given;
const { "tls-certificate": certificate, "tls-key": key, "require-login": requireLogin } = given;
if (asked) {
  process.stdout.write(help);
  process.exit(0);
}
if (inMemory === (data !== undefined))
  end(exitCodes.usage, "Name the folder of the data by --data, or ask for --in-memory; one of the two.");

if ((certificate === undefined) !== (key === undefined))
  end(exitCodes.usage, "--tls-certificate and --tls-key go together.");

// Clients do not tell a password to a server whose connection is not encrypted.
if (requireLogin && certificate === undefined)
  end(exitCodes.usage, "--require-login goes with --tls-certificate and --tls-key.");

const largest = process.env["EVENTSTORE_MAX_APPEND_SIZE"];
const server = await startEventStoreServer({
  port: wholeNumber("--port", port, 65_535),
  host,
  inMemory,
  ...(data !== undefined && { dataDir: data }),
  ...(certificate !== undefined && key !== undefined && { tls: { certificate, key } }),
  ...(requireLogin && { users: { admin: process.env["EVENTSTORE_PASSWORD"] || "changeit" } }),
  ...(largest && { maxAppendBytes: wholeNumber("EVENTSTORE_MAX_APPEND_SIZE", largest, 2 ** 30) }),
}).catch((error: Error) =>
  end(error instanceof EventStoreDataError ? exitCodes.data : exitCodes.failed, error.message),
);

process.stdout.write(`event store ready at ${server.connectionString}\n`);
// A store that can write no more is of no use: whoever supervises it starts it anew, and it looks at its file again.
server.died.then((error) => end(exitCodes.failed, `the event store failed: ${error.message}`));
async function endAsTold(): Promise<never> {
  await server.close();
  process.exit(0);
}
server.askedToEnd.then(endAsTold);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, endAsTold);
