import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi } from "@tradesage/client";
import type { Role, Scope } from "@tradesage/contracts";
import { connectPostgres, type Postgres } from "@tradesage/postgres";
import { loadSigner } from "@tradesage/secrets";
import { type Stack, type StackOptions, startStack } from "@tradesage/stack";
import { type Recording, record } from "./recording.ts";

/** A whole installation of its own: real servers on free ports, every service a process. */
export interface Installation {
  readonly stack: Stack;
  readonly postgres: Postgres;
  token(tenant: Scope, role: Role): Promise<string>;
  api(tenant: Scope, role: Role): Promise<Api>;
  /** Creates a tenant and waits until it is active. */
  tenant(id: string): Promise<Tenant>;
  stop(): Promise<void>;
}

/** One tenant, as its trader meets it. */
export interface Tenant {
  readonly id: string;
  readonly api: Api;
  /** What a client that follows everything is sent, from now on. */
  watch(): Recording;
  /** Opens an account and pays `amount` into it. */
  openAccount(accountId: string, amount: string): Promise<void>;
  /** Rows in a table of its schema, seen under its own role. */
  rows(table: "ticks" | "bars" | "orders" | "executions"): Promise<number>;
}

const ACTIVE_WITHIN_MS = 30_000;
const READY_WITHIN_MS = 60_000;

export async function startInstallation(options: Partial<StackOptions> = {}): Promise<Installation> {
  const dir = await mkdtemp(join(tmpdir(), "tradesage-e2e-"));
  const stack = await startStack({ dir, portBase: "free", services: "all", ...options });
  await stack.waitReady(undefined, READY_WITHIN_MS);
  const signer = await loadSigner(stack.keysFolder);
  const postgres = connectPostgres({ url: stack.urls.database, applicationName: "e2e", maxConnections: 2 });
  const recordings: Recording[] = [];

  const token = (tenant: Scope, role: Role) => signer.sign({ subject: `e2e-${role}`, tenant, roles: [role] }, 3600);
  const api = async (tenant: Scope, role: Role) =>
    createApi({ url: stack.urls.gateway, token: await token(tenant, role) });
  const operator = await api("platform", "operator");

  async function tenant(id: string): Promise<Tenant> {
    const { position } = await operator.call("createTenant", { tenantId: id });
    await until(`${id} is active`, ACTIVE_WITHIN_MS, async () => {
      const { status } = await operator.call("getTenant", { tenantId: id }, { after: position });
      return status === "active";
    });
    const bearer = await token(id, "trader");
    const trader = createApi({ url: stack.urls.gateway, token: bearer });
    return {
      id,
      api: trader,
      watch() {
        const subscriptions = (["quotes", "events"] as const).map((channel) => ({ id: channel, channel }));
        const recording = record({ url: stack.urls.gateway, token: bearer, subscriptions });
        recordings.push(recording);
        return recording;
      },
      async openAccount(accountId, amount) {
        await trader.call("openAccount", { accountId });
        await trader.call("deposit", { accountId, amount });
      },
      rows: (table) =>
        postgres.tenant(id, async (db) => {
          const { count } = await db
            .selectFrom(table)
            .select(({ fn }) => fn.countAll<string>().as("count"))
            .executeTakeFirstOrThrow();
          return Number(count);
        }),
    };
  }

  return {
    stack,
    postgres,
    token,
    api,
    tenant,
    async stop() {
      await Promise.all(recordings.map((recording) => recording.stop()));
      await postgres.close();
      await stack.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Until a condition holds; throws with its name when the deadline passes first. */
export async function until(what: string, deadlineMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
