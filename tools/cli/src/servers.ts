import { refuse } from "@tradesage/contracts";
import { connectEventStore, type EventStore, EventStoreUnavailable } from "@tradesage/event-store";
import {
  connectPostgres,
  type Postgres,
  type PostgresOptions,
  PostgresUnavailable,
  TenantNotProvisioned,
} from "@tradesage/postgres";
import { readEnvironment, stackFolder } from "@tradesage/stack";
import { CommandFailed } from "./exit-codes.ts";

const PATIENCE_MS = 60_000;

/** Works on the servers themselves, of the installation of this checkout or those that the environment names. */
export async function withServers(
  options: Pick<PostgresOptions, "patient">,
  work: (servers: { readonly postgres: Postgres; readonly eventStore: EventStore }) => Promise<void>,
): Promise<void> {
  const environment = environmentOfServers();
  const url = setting(environment, "DATABASE_URL");
  const postgres = connectPostgres({ url, applicationName: "tradesage", ...options });
  const eventStore = connectEventStore({
    connectionString: setting(environment, "EVENTSTORE_URL"),
    // A whole history is written, many large appends at once.
    ...(options.patient && { appendDeadlineMs: PATIENCE_MS }),
  });
  try {
    await work({ postgres, eventStore });
  } catch (error) {
    if (error instanceof PostgresUnavailable || error instanceof EventStoreUnavailable)
      throw new CommandFailed(5, error.message, { cause: error });
    if (error instanceof TenantNotProvisioned) refuse("TENANT_NOT_FOUND", error.message);
    throw error;
  } finally {
    await Promise.all([postgres.close(), eventStore.close()]);
  }
}

/** What names the servers: the running installation's settings, else the environment's. */
export const environmentOfServers = (): NodeJS.ProcessEnv =>
  readEnvironment(process.env["TRADESAGE_STACK"] || stackFolder) ?? process.env;

function setting(environment: NodeJS.ProcessEnv, name: "DATABASE_URL" | "EVENTSTORE_URL"): string {
  const value = environment[name];
  if (value) return value;
  throw new CommandFailed(3, `No installation runs here, and ${name} names no server.`);
}
