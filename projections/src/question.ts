import { invalidInput, PLATFORM, parseInput, type QueryType, refuse, type Scope } from "@tradesage/contracts";
import type { PlatformTables, PoolClient, Postgres, TenantTables } from "@tradesage/postgres";
import type { Transaction } from "kysely";
import type { z } from "zod";

/** An answer, and the position that its read model stood at. */
interface Answer {
  readonly checkpoint: bigint;
  readonly answer: unknown;
}

/** How a query of the contract is answered. */
export interface Question {
  readonly name: string;
  readonly scope: "platform" | "tenant";
  /**
   * Makes of what a caller sent the reading that answers it, in a transaction with one view of the data.
   * @throws Refused INVALID_INPUT
   */
  ask(data: unknown): (postgres: Postgres, scope: Scope) => Promise<Answer>;
}

type Read<Tables, Schema extends z.ZodType, Reply extends z.ZodType> = (
  db: Transaction<Tables>,
  data: z.output<Schema>,
) => Promise<z.output<Reply>>;

const oneMoment = { snapshot: true, readOnly: true } as const;

/** A question to a read model of the platform. */
export const platformQuestion = <Schema extends z.ZodObject, Reply extends z.ZodType>(
  type: QueryType<string, Schema, Reply>,
  model: keyof PlatformTables,
  read: Read<PlatformTables, Schema, Reply>,
): Question => ({
  name: type.name,
  scope: "platform",
  ask(input) {
    const data = parseInput(type.schema, input);
    return (postgres) =>
      postgres.platform(
        async (db, client) => ({ checkpoint: await checkpointOf(client, model), answer: await read(db, data) }),
        oneMoment,
      );
  },
});

/** A question to a read model of a tenant; refused as NOT_IN_TEMPLATE where the tenant has no such model. */
export const tenantQuestion = <Schema extends z.ZodObject, Reply extends z.ZodType>(
  type: QueryType<string, Schema, Reply>,
  model: keyof TenantTables,
  read: Read<TenantTables, Schema, Reply>,
): Question => ({
  name: type.name,
  scope: "tenant",
  ask(input) {
    const data = parseInput(type.schema, input);
    return (postgres, tenant) =>
      postgres.tenant(
        tenant,
        async (db, client) => ({ checkpoint: await checkpointOf(client, model), answer: await read(db, data) }),
        oneMoment,
      );
  },
});

export const scopeKindOf = (scope: Scope): Question["scope"] => (scope === PLATFORM ? "platform" : "tenant");

async function checkpointOf(client: PoolClient, model: string): Promise<bigint> {
  const { rows } = await client.query<{ position: string }>("select position from checkpoints where name = $1", [
    model,
  ]);
  return rows[0] ? BigInt(rows[0].position) : refuse("NOT_IN_TEMPLATE");
}

/** A page out of one row more than it may hold; the cursor of the next is made of its last row. */
export function pageOf<Row, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
  cursorOf: (row: Row) => string,
): { items: View[]; next?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(view), ...(rows.length > limit && last && { next: cursorOf(last) }) };
}

/** A cursor that is a position in the history. @throws Refused INVALID_INPUT for any other. */
export function positionCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || /^\d{1,18}$/.test(cursor)) return cursor;
  throw invalidInput([{ path: "cursor", code: "custom", message: "not a cursor that this query gave" }]);
}
