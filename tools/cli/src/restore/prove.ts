import { setTimeout as sleep } from "node:timers/promises";
import { historyHead, type Restored, type RestoreOptions } from "@tradesage/backups";
import type { EventStore } from "@tradesage/event-store";
import type { PoolClient, Postgres } from "@tradesage/postgres";
import { compareHere, type Difference, positionOf, type TableCompared } from "@tradesage/projections";
import { CommandFailed } from "../exit-codes.ts";
import { type AccountCompared, compareBalances } from "./balances.ts";

/** Whether read models are what the history says. */
export interface Proof {
  /** Read models, each compared with a replay. */
  readonly tables: readonly TableCompared[];
  readonly differences: readonly Difference[];
  readonly accounts: readonly AccountCompared[];
  readonly equal: boolean;
}

/** Of the read models of the schema at the head of the search path, in a transaction that sees one moment. */
export async function prove(client: PoolClient, eventStore: EventStore, tenant: string): Promise<Proof> {
  const accounts = await compareBalances(client, eventStore, tenant);
  const { tables, differences } = await compareHere(client, eventStore, tenant);
  return { tables, differences, accounts, equal: [...tables, ...accounts].every(({ equal }) => equal) };
}

export interface ProveOptions {
  /** How long the read models are waited for. */
  readonly withinSeconds: number;
  readonly onProgress: NonNullable<RestoreOptions["onProgress"]>;
}

/** Of a tenant that was given a history, once its read models have come as far; and whether the history is the one. */
export async function proveRestored(
  { postgres, eventStore }: { readonly postgres: Postgres; readonly eventStore: EventStore },
  tenant: string,
  { position, head }: Pick<Restored, "position" | "head">,
  { withinSeconds, onProgress }: ProveOptions,
): Promise<Proof> {
  const begin = await positionOf(postgres, tenant);
  for (const deadline = Date.now() + withinSeconds * 1000; ; await sleep(200)) {
    const reached = await positionOf(postgres, tenant);
    if (reached >= position) break;
    // The replay and the comparison take about as long as the read models do.
    onProgress("proof", Number(reached - begin) / Number(position - begin) / 2);
    if (Date.now() > deadline)
      throw new CommandFailed(1, `the read models have come only as far as ${reached} of ${position}`);
  }
  const proof = await postgres.tenant(tenant, (_, client) => prove(client, eventStore, tenant), { snapshot: true });
  return { ...proof, equal: proof.equal && (await historyHead(eventStore, tenant, position)) === head };
}
