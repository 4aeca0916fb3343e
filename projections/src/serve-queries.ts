import {
  type JsonValue,
  parseInput,
  QueryEnvelope,
  type QueryReply,
  refuse,
  type Scope,
  subjects,
  type TenantId,
} from "@tradesage/contracts";
import type { Bus, BusRequest, Serving } from "@tradesage/message-bus";
import { type Postgres, PostgresUnavailable, type Replica, TenantNotProvisioned } from "@tradesage/postgres";
import { type Question, scopeKindOf } from "./question.ts";
import type { Progress } from "./runner/progress.ts";

export interface ServeQueriesOptions {
  readonly bus: Pick<Bus, "serve">;
  readonly postgres: Postgres;
  /** A copy that may be behind: asked first, and `postgres` where it does not know enough. */
  readonly replica?: Replica;
  readonly progress: Progress;
  readonly questions: readonly Question[];
}

/** How long a query waits for the position that it asks to be answered after. */
const WAIT_AT_MOST_MS = 5000;
/** What is left of the caller's patience for the reading itself. */
const TIME_TO_READ_MS = 250;

/**
 * Answers queries from the read models. Each answer tells the position that it stands at, so that who goes on by the
 * events after that position misses none and sees none twice.
 */
export function serveQueries({ bus, postgres, replica, progress, questions }: ServeQueriesOptions): Promise<Serving> {
  const byName = new Map(questions.map((question) => [question.name, question]));

  async function answer({ subject, payload, deadlineMs }: BusRequest): Promise<JsonValue> {
    const envelope = parseInput(QueryEnvelope, payload);
    const { query, tenant: scope } = envelope;
    if (subject !== subjects.query("projections", scope, query)) {
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    }
    const question = byName.get(query);
    if (question?.scope !== scopeKindOf(scope)) {
      return refuse("INVALID_INPUT", `there is no query ${query} here`);
    }
    const reading = question.ask(envelope.data);
    if (envelope.after !== undefined) await wait(scope, BigInt(envelope.after), deadlineMs);
    const after = BigInt(envelope.after ?? 0);
    return ((await readReplica(reading, scope, after)) ?? (await read(reading, scope))) as unknown as JsonValue;
  }

  async function wait(scope: Scope, after: bigint, deadlineMs: number): Promise<void> {
    const patience = Math.min(WAIT_AT_MOST_MS, deadlineMs - TIME_TO_READ_MS);
    if (await progress.reached(scope, after, patience)) return;
    refuse("READ_MODEL_BEHIND", undefined, { position: String(progress.positionOf(scope)), after: String(after) });
  }

  /** From the replica, if it has come past the position: its own checkpoint tells, in the same moment as the rows. */
  async function readReplica(
    reading: ReturnType<Question["ask"]>,
    scope: Scope,
    after: bigint,
  ): Promise<QueryReply | undefined> {
    const known = await replica?.ask(
      (copy) => reading(copy, scope),
      ({ checkpoint }) => checkpoint >= after,
    );
    return known && { position: String(known.checkpoint), answer: known.answer };
  }

  async function read(reading: ReturnType<Question["ask"]>, scope: Scope): Promise<QueryReply> {
    // Asked before the data is looked at: everything up to here is in it.
    let position = progress.positionOf(scope);
    try {
      const { checkpoint, answer } = await reading(postgres, scope);
      if (checkpoint > position) position = checkpoint;
      return { position: String(position), answer };
    } catch (error) {
      if (error instanceof PostgresUnavailable) return refuse("UNAVAILABLE");
      if (error instanceof TenantNotProvisioned) return refuseTenant(scope);
      throw error;
    }
  }

  async function refuseTenant(tenant: TenantId): Promise<never> {
    const known = await postgres.platform((db) =>
      db.selectFrom("tenants").select("tenant_id").where("tenant_id", "=", tenant).executeTakeFirst(),
    );
    return refuse(known ? "TENANT_NOT_ACTIVE" : "TENANT_NOT_FOUND");
  }

  return bus.serve(subjects.queriesOf("projections"), "projections", answer);
}
