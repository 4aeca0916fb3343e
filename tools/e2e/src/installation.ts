import { randomUUID } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi, issueTerminalKey } from "@tradesage/client";
import type { InstrumentSymbol, Role, Scope, TenantTemplate } from "@tradesage/contracts";
import type { AnswerOf, InputOf } from "@tradesage/contracts/http";
import { connectEventStore, type EventStore, type RecordedEvent } from "@tradesage/event-store";
import { connectPostgres, type Postgres } from "@tradesage/postgres";
import { loadSigner } from "@tradesage/secrets";
import { runTerminal, type TerminalOptions, type TerminalProgress, type TickSource } from "@tradesage/simulator";
import { type Stack, startStack } from "@tradesage/stack";
import { until } from "@tradesage/until";
import { careful, type Written } from "./careful.ts";
import { type Recording, record } from "./recording.ts";

/** A whole installation of its own: real servers on free ports, every service a process. */
export interface Installation {
  /** The folder of its data, by which the command line finds it (TRADESAGE_STACK). */
  readonly folder: string;
  readonly stack: Stack;
  /** To look behind the API. */
  readonly postgres: Postgres;
  readonly eventStore: EventStore;
  token(tenant: Scope, role: Role): Promise<string>;
  /** Of one tenant each reads behind what any has written. */
  api(tenant: Scope, role: Role): Promise<Api>;
  /** Creates a tenant and waits until it is active. */
  tenant(id: string, template?: TenantTemplate): Promise<Tenant>;
  /** One that is there already. */
  known(id: string): Promise<Tenant>;
  stop(): Promise<void>;
}

/** One tenant, as its people and its terminal meet it. */
export interface Tenant {
  readonly id: string;
  /** The API as the tenant's administrator. */
  readonly admin: Api;
  readonly trader: Api;
  /** Opens an account and pays `amount` into it. */
  openAccount(accountId: string, amount: string): Promise<void>;
  /** Places an order, as soon as trading has heard of the instrument and of its price. */
  placeOrder(order: InputOf<"placeOrder">): Promise<AnswerOf<"placeOrder">>;
  /** Streams ticks in as a terminal does, until all are acknowledged. */
  stream(symbol: InstrumentSymbol, source: TickSource, options?: Partial<TerminalOptions>): Promise<TerminalProgress>;
  /** What a client that follows quotes and events is sent, from now on or behind a position. */
  watch(after?: string): Recording;
  /** Its whole history in the event store, oldest first. */
  history(): Promise<readonly RecordedEvent[]>;
  /** Ticks in its table, seen under its own role. */
  tickCount(): Promise<number>;
}

interface InstallationOptions {
  /** The folder of another installation that is lost: this one has its keys and its backup server, and nothing else. */
  readonly remains?: string;
  /** Settings of the services. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function startInstallation({ remains, env }: InstallationOptions = {}): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), "tradesage-e2e-"));
  for (const part of remains === undefined ? [] : ["keys", "data/ma130"])
    await cp(join(String(remains), part), join(folder, part), { recursive: true });
  const stack = await startStack({
    ...{ dir: folder, portBase: "free" },
    env: {
      // What a test finds must not depend on the time of the day.
      ...{ BACKUP_SCHEDULE: "never", BACKUP_INCREMENTAL_SCHEDULE: "never", BACKUP_TEST_SCHEDULE: "never" },
      // Nor on how long it takes: a quote stays one that fills orders.
      PAPER_MAX_QUOTE_AGE_MS: "86400000",
      // There are few tenants.
      SPARE_SCHEMAS: "2",
      ...env,
    },
  });
  await stack.waitReady();
  const signer = await loadSigner(stack.keysFolder);
  const postgres = connectPostgres({ url: stack.urls.database, applicationName: "e2e", maxConnections: 2 });
  const eventStore = connectEventStore({ connectionString: stack.urls.eventStore });
  const recordings: Recording[] = [];

  const token = (tenant: Scope, role: Role) => signer.sign({ subject: `e2e-${role}`, tenant, roles: [role] }, 3600);
  const url = stack.urls.gateway;
  const written = new Map<Scope, Written>();
  const api = async (tenant: Scope, role: Role) => {
    const known = written.get(tenant) ?? {};
    written.set(tenant, known);
    return careful(createApi({ url, token: await token(tenant, role) }), known);
  };

  async function tenant(id: string, template?: TenantTemplate): Promise<Tenant> {
    const operator = await api("platform", "operator");
    const made = { tenantId: id, ...(template && { template }) };
    await operator.call("createTenant", made);
    await until(`${id} is active`, async () => {
      const { status } = await operator.call("getTenant", { tenantId: id });
      return status === "active";
    });
    return known(id);
  }

  async function known(id: string): Promise<Tenant> {
    const admin = await api(id, "admin");
    const trader = await api(id, "trader");
    return {
      id,
      admin,
      trader,
      placeOrder: (order) =>
        until("the order is taken", () =>
          trader.call("placeOrder", order).catch((error: { code?: string }): undefined => {
            if (error.code !== "INSTRUMENT_NOT_FOUND" && error.code !== "NO_QUOTE") throw error;
          }),
        ),
      async openAccount(accountId, amount) {
        await admin.call("openAccount", { accountId });
        await admin.call("deposit", { accountId, amount });
      },
      stream: async (symbol, source, options) =>
        runTerminal({
          url: stack.urls.bridge,
          key: await issueTerminalKey(admin, { tenantId: id, keyId: randomUUID() }),
          symbols: [symbol],
          source,
          login: 1,
          ...options,
        }),
      watch(after) {
        const events = { channel: "events", ...(after !== undefined && { after }) } as const;
        const subscriptions = [{ channel: "quotes" } as const, events];
        const recording = record({ url, token: () => token(id, "viewer"), subscriptions });
        recordings.push(recording);
        return recording;
      },
      history: () => Array.fromAsync(eventStore.readAll({ streamPrefixes: [`${id}-`] })),
      tickCount: () =>
        postgres.tenant(id, async (db) => {
          const counted = db.selectFrom("ticks").select(({ fn }) => fn.countAll<string>().as("count"));
          return Number((await counted.executeTakeFirstOrThrow()).count);
        }),
    };
  }

  return {
    folder,
    stack,
    postgres,
    eventStore,
    token,
    api,
    tenant,
    known,
    async stop() {
      await Promise.all(recordings.map((recording) => recording.stop()));
      await Promise.all([postgres.close(), eventStore.close()]);
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
