import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { connectPostgres, type Postgres } from "@tradesage/postgres";
import { readEnvironment, stackFolder } from "@tradesage/stack";
import { CommandFailed } from "./exit-codes.ts";

/** Works on the servers themselves, of the installation of this checkout or those that the environment names. */
export async function withServers(
  work: (servers: { readonly postgres: Postgres; readonly eventStore: EventStore }) => Promise<void>,
): Promise<void> {
  const environment = readEnvironment(process.env["TRADESAGE_STACK"] || stackFolder) ?? process.env;
  const postgres = connectPostgres({ url: setting(environment, "DATABASE_URL"), applicationName: "tradesage" });
  const eventStore = connectEventStore({ connectionString: setting(environment, "EVENTSTORE_URL") });
  try {
    await work({ postgres, eventStore });
  } finally {
    await Promise.all([postgres.close(), eventStore.close()]);
  }
}

function setting(environment: NodeJS.ProcessEnv, name: "DATABASE_URL" | "EVENTSTORE_URL"): string {
  const value = environment[name];
  if (value) return value;
  throw new CommandFailed(3, `No installation runs here, and ${name} names no server.`);
}
