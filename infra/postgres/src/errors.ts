import { DatabaseError } from "pg";

/** Postgres cannot be reached, or went away in the middle. A commit that was under way may or may not have happened. */
export class PostgresUnavailable extends Error {
  override readonly name = "PostgresUnavailable";
}

/** The tenant's role or schema does not stand yet. */
export class TenantNotProvisioned extends Error {
  override readonly name = "TenantNotProvisioned";

  constructor(tenant: string, options?: ErrorOptions) {
    super(`tenant ${tenant} has no schema yet`, options);
  }
}

/** The rows of a table that was loaded are not those that were taken. */
export class RowsDiffer extends Error {
  override readonly name = "RowsDiffer";

  constructor(table: string) {
    super(`the rows of ${table} are not those that the snapshot was taken of`);
  }
}

/** SQLSTATE classes of a server that goes, starts or has no room (PostgreSQL manual, appendix A). */
const unavailableStates = /^(08|53|57P0[1-5]|58)/;

/** What the network, Node or pg say when a connection cannot be made or is gone; pg gives such errors no code. */
const unavailableMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable/i;

/** Whether the machine failed, and not the statement. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof PostgresUnavailable) return true;
  if (error instanceof DatabaseError) return unavailableStates.test(error.code ?? "");
  if (!(error instanceof Error)) return false;
  return "syscall" in error || error instanceof AggregateError || unavailableMessages.test(error.message);
}

/** SQLSTATE of what the server refused, if it was the server. */
export const stateOf = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;
