import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openArchive } from "@tradesage/archive";
import type { Wanted } from "@tradesage/client";
import { type JsonObject, type JsonValue, Role, subjects } from "@tradesage/contracts";
import { type OperationId, type Route, routes } from "@tradesage/contracts/http";
import { type ChannelName, channels } from "@tradesage/contracts/socket";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { type PoolClient, schemaOf } from "@tradesage/postgres";
import { loadTenantKeys } from "@tradesage/secrets";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";
import { absent, betrays, canary, type Names, walled, withoutNames } from "../src/isolation/canary.ts";
import { foreignRights, type Reading, readEverything } from "../src/isolation/catalog.ts";
import { feed, liveThrough, type Worth } from "../src/isolation/live-through.ts";
import { ask, inOrder, inputFor } from "../src/isolation/requests.ts";
import { type Recording, record } from "../src/recording.ts";

/**
 * Everything through which one tenant could see another: what there is to try is read from the contracts' tables and the
 * database's catalog, so that a new route, channel, subject or table is tried too, or fails here until it can be.
 * Each time its owner sees the canary the same way, so that its absence for the other one says something.
 */
const outside: Names = { ...absent, tenantId: "outsider", accountId: "other-account", orderId: "other-order" };
const other: Names = { ...outside, symbol: "OTHER.x", keyId: "other-key", correlation: "other-request" };
const ours: Worth = { amount: canary.amount, bid: canary.bid, ask: canary.ask };
const theirs: Worth = { amount: "5000.00", bid: 31.5, ask: 31.6 };

let installation: Installation;
/** The walled tenant's names, its trade's with them. */
let owned: Names;
let owner: Tenant;
let outsider: Tenant;
let bus: Bus;
beforeAll(async () => {
  process.env["WATCH_EVERY_SECONDS"] = "1";
  installation = await startInstallation();
  owner = await installation.tenant(walled.tenantId);
  outsider = await installation.tenant(outside.tenantId);
  owned = await liveThrough(installation, owner, walled, ours, canary.name);
  await liveThrough(installation, outsider, other, theirs, "Outsiders");
  const { tenantId, backupId } = walled;
  const operator = await installation.api("platform", "operator");
  await operator.call("renameTenant", { tenantId, name: canary.name });
  await operator.call("setRetention", { tenantId, kind: "ticks", days: canary.days });
  for (const state of ["reducing", "active"] as const)
    await operator.call("setDeskState", { tenantId, state, reason: canary.name });
  await operator.call("requestBackup", { tenantId, backupId });
  await until("the backup is done", async () => {
    const backup = await operator.call("getBackup", { tenantId, backupId }).catch(() => undefined);
    return backup?.status === "unproven";
  });
  await until("it was looked at", async () => {
    const health = await operator.call("getTenantHealth", { tenantId }).catch(() => undefined);
    return health !== undefined;
  });
  bus = await connectBus({ url: installation.stack.urls.nats, name: "isolation" });
});
afterAll(async () => {
  await bus?.close();
  await installation?.stop();
});

describe("over HTTP", () => {
  const operations = inOrder(Object.keys(routes) as OperationId[]);

  test.each(operations)("%s shows another tenant's what it shows of one that is not there", async (operation) => {
    const { gateway: url } = installation.stack.urls;
    const route: Route = routes[operation];
    for (const role of Role.options) {
      const token = await installation.token(outside.tenantId, role);
      const told = async (names: Names) => {
        const { status, text } = await ask(url, token, operation, inputFor(operation, names));
        return { role, status, text: withoutNames(text, names) };
      };
      const asked = await told(owned);
      expect(asked).toEqual(await told(absent));
      expect(asked.text).not.toMatch(betrays);
      // It was refused, if so, for what it asked for and not for how.
      if (role !== "operator" && route.roles.includes(role)) expect(asked.text).not.toMatch(/INVALID|MALFORMED/);
    }
  });

  /** In hashes no canary can be seen. */
  const hashed: readonly OperationId[] = ["listChainHeads"];
  const questions = operations.filter((operation) => routes[operation].kind === "query" && !hashed.includes(operation));

  test.each(questions)("%s shows its owner the canary", async (operation) => {
    const { gateway: url } = installation.stack.urls;
    const roles: readonly Role[] = routes[operation].roles;
    const role = roles.find((each) => each !== "operator");
    const token = await (role ? installation.token(walled.tenantId, role) : installation.token("platform", "operator"));
    const { status, text } = await ask(url, token, operation, inputFor(operation, owned));
    // What tells of tenants from outside shows that it is there: to nobody else it is.
    const named = routes[operation].scope === "platform" && text.includes(`"tenantId":"${walled.tenantId}"`);
    const sees = named || betrays.test(text) || text.includes(String(canary.days));
    expect({ operation, status, sees }).toEqual({ operation, status: 200, sees: true });
  });
});

describe("over the socket", () => {
  const wantedOf = (name: ChannelName, { symbol, accountId }: Names): readonly Wanted[] => {
    const channel = channels[name];
    const all =
      channel.kind === "conflated"
        ? [name === "state" ? { accountId } : { symbols: [symbol], ...(name === "bars" && { timeframe: "1m" }) }]
        : [
            { after: "0" },
            { after: "0", accountId },
            ...("aggregate" in channel ? [{ accountId, snapshot: true }] : []),
          ];
    return all.map((wanted) => ({ channel: name, ...wanted }) as Wanted);
  };
  const url = () => installation.stack.urls.gateway;
  const follow = (tenant: Tenant, subscriptions: readonly Wanted[]) =>
    record({ url: url(), token: () => installation.token(tenant.id, "viewer"), subscriptions });
  const told = ({ updates }: Recording) =>
    withoutNames(JSON.stringify(updates.filter(({ type }) => type !== "subscribed")), walled);
  const tells = (recording: Recording, what: RegExp) => async () => what.test(told(recording));

  test.each(Object.keys(channels) as ChannelName[])("%s tells of its own tenant alone", async (name) => {
    const round = Object.keys(channels).indexOf(name) + 1;
    const seenByOwner = follow(owner, wantedOf(name, walled));
    const seenOutside = follow(outsider, [...wantedOf(name, walled), ...wantedOf(name, other)]);
    try {
      // The owner's are there first: what comes to the outsider of his own would come behind them.
      await happen(owner, walled, ours, round);
      await until("the owner is told", tells(seenByOwner, betrays));
      await happen(outsider, other, theirs, round);
      await until("the outsider is told of his own", tells(seenOutside, /other|31\.[56]/i));
      expect(told(seenOutside)).not.toMatch(betrays);
    } finally {
      await Promise.all([seenByOwner.stop(), seenOutside.stop()]);
    }
  });

  /** A price, money and an order: something on every channel. */
  async function happen(tenant: Tenant, { accountId, symbol, ...names }: Names, worth: Worth, round: number) {
    await feed(tenant, { accountId, symbol, ...names }, worth, round * 10_000_000);
    await tenant.admin.call("deposit", { accountId, amount: worth.amount });
    await tenant.trader.call("placeOrder", { accountId, symbol, side: "buy", volume: "0.01", kind: "market" });
  }
});

describe("on the bus", () => {
  const operations = Object.keys(routes) as OperationId[];

  test.each(operations)("%s refuses an envelope of another tenant than its subject", async (operation) => {
    const route: Route = routes[operation];
    const data = inputFor(operation, walled);
    const about = {
      actor: "isolation",
      idempotencyKey: "isolation",
      correlation: "isolation",
      at: new Date().toISOString(),
    };
    const send = (tenant: string, subjectOf: string) =>
      route.kind === "query"
        ? bus.request(subjects.query(route.owner, subjectOf, route.type.name), { query: route.type.name, data, tenant })
        : bus.request(subjects.command(route.owner, subjectOf, route.type.name, String(data[route.aggregate])), {
            ...about,
            command: route.type.name,
            data,
            tenant,
          });
    for (const [tenant, subjectOf] of [
      [walled.tenantId, outside.tenantId],
      [outside.tenantId, walled.tenantId],
    ] as const)
      await expect(send(tenant, subjectOf)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    // Where the subject is the outsider's and the data names the walled one, it is refused for that, or finds his own alone.
    const answer = await send(outside.tenantId, outside.tenantId).catch((error: Error) => error.message);
    expect(withoutNames(JSON.stringify(answer), walled)).not.toMatch(betrays);
  });

  const { tenantId, symbol } = walled;
  const terminal = { server: "Qanary-Server", login: 1 };
  /** What a tenant's processes listen to, and whether something comes there when its terminal sends prices. */
  const listened: Partial<Record<keyof typeof subjects, [pattern: (tenant: string) => string, isHeard: boolean]>> = {
    ticks: [(tenant) => subjects.ticks(tenant, symbol), true],
    ticksOf: [(tenant) => subjects.ticksOf(tenant), true],
    quotes: [(tenant) => subjects.quotes(tenant, symbol), true],
    quotesOf: [(tenant) => subjects.quotesOf(tenant), true],
    bars: [(tenant) => subjects.bars(tenant, symbol, "1m"), true],
    barsOf: [(tenant) => subjects.barsOf(tenant), true],
    liveState: [(tenant) => subjects.liveState(tenant, walled.accountId), false],
    liveStatesOf: [(tenant) => subjects.liveStatesOf(tenant), false],
    report: [(tenant) => subjects.report(tenant, terminal, "one"), false],
    snapshot: [(tenant) => subjects.snapshot(tenant, terminal), false],
    evidenceOf: [(tenant) => subjects.evidenceOf(tenant), false],
  };
  /** Requests, tried above and below, and what only processes of the platform listen to. */
  const otherwise = [
    ...["command", "query", "instructions", "snapshotRequests", "commandsOf", "queriesOf", "allTicks", "allQuotes"],
    ...["allReports", "allSnapshots"],
  ];

  test("every subject of the contracts is tried", () => {
    expect([...Object.keys(listened), ...otherwise].sort()).toEqual(Object.keys(subjects).sort());
  });

  test("what one tenant publishes does not come to another's subjects", async () => {
    const heard = new Map<string, string[]>();
    const listeners = Object.entries(listened).flatMap(([name, [pattern]]) =>
      [tenantId, outside.tenantId].map((tenant) =>
        bus.subscribe(pattern(tenant), (subject) => {
          heard.set(`${name} ${tenant}`, [...(heard.get(`${name} ${tenant}`) ?? []), subject]);
        }),
      ),
    );
    await feed(owner, walled, ours, 100_000_000);
    const expected = Object.entries(listened).filter(([, [, isHeard]]) => isHeard);
    await until("the owner's are heard", async () => expected.every(([name]) => heard.has(`${name} ${tenantId}`)));
    await feed(outsider, other, theirs, 100_000_000);
    await until("the outsider's own are heard", async () => heard.has(`quotesOf ${outside.tenantId}`));
    for (const listener of listeners) listener.stop();
    const strayed = [...heard].filter(([key, all]) =>
      all.some((subject) => !subject.includes(String(key.split(" ")[1]))),
    );
    expect(strayed).toEqual([]);
  });

  test("a terminal takes instructions of its own tenant alone", async () => {
    const instruction = { type: "cancel", instruction: "qanary" } as JsonObject as JsonValue;
    await expect(bus.request(subjects.instructions(outside.tenantId, terminal), instruction)).rejects.toThrow();
  });
});

describe("in the database", () => {
  const ownerRole = schemaOf(walled.tenantId);
  const role = schemaOf(outside.tenantId);
  const isWalled = ({ relation }: Reading) =>
    /^(tenant_|tradesage_platform)/.test(relation.owner) && relation.owner !== role;
  /** Relations that show the canary, beside the names that the outsider has given to things of his own above. */
  const betraying = (readings: readonly Reading[]) =>
    readings.flatMap(({ relation, rows, refused }) =>
      [...rows, refused?.message ?? ""].some((text) => betrays.test(withoutNames(text, walled))) ? [relation.name] : [],
    );
  /** Market data writes it when it first drops old chunks. */
  const filledLater = [`${ownerRole}.retention`];
  const inContext = <Result>(tenant: string, work: (client: PoolClient) => Promise<Result>) =>
    installation.postgres.platform(async (_, client) => {
      await client.query("select set_config('app.tenant', $1, true)", [tenant]);
      return work(client);
    });

  test("the owner sees the canary in each of its tables and chunks, none of which is empty", async () => {
    const readings = await installation.postgres.tenant(walled.tenantId, (_, client) => readEverything(client));
    const own = readings.filter(({ relation }) => relation.schema === ownerRole && relation.kind === "r");
    expect(own.filter(({ rows }) => rows.length === 0).map(({ relation }) => relation.name)).toEqual(filledLater);
    expect(betraying(readings)).toEqual(expect.arrayContaining([`${ownerRole}.ticks`, `${ownerRole}.accounts`]));
    expect(betraying(readings).filter((name) => name.startsWith("_timescaledb_internal._hyper"))).not.toEqual([]);
  });

  test("a tenant reads no relation of another owner, and the canary nowhere: every table, view, sequence and chunk", async () => {
    const readings = await installation.postgres.tenant(outside.tenantId, (_, client) => readEverything(client));
    expect(readings.length).toBeGreaterThan(300);
    const walls = readings.filter(isWalled);
    expect(walls.filter(({ refused }) => refused?.state !== "42501").map(({ relation }) => relation.name)).toEqual([]);
    expect(walls.map(({ relation }) => relation.name)).toEqual(
      expect.arrayContaining([`${ownerRole}.ticks`, "platform.tenants", expect.stringMatching(/_hyper_.*chunk/)]),
    );
    expect(betraying(readings)).toEqual([]);
    console.info(`${readings.length} relations were tried, ${walls.length} of them another's`);
  });

  test("a tenant may write to nothing of another, call no function of another and take no role on", async () => {
    expect(await installation.postgres.tenant(outside.tenantId, (_, client) => foreignRights(client, role))).toEqual(
      [],
    );
  });

  test("without a tenant in context there is no canary, neither for the connecting role nor for the platform's", async () => {
    expect(betraying(await installation.postgres.owner(readEverything))).toEqual([]);
    expect(betraying(await inContext("", readEverything))).toEqual([]);
    expect(betraying(await inContext(outside.tenantId, readEverything))).toEqual([]);
    expect(betraying(await inContext("platform", readEverything))).toEqual(
      expect.arrayContaining(["platform.tenants", "platform.terminal_keys"]),
    );
  });
});

describe("on the backup server", () => {
  test("no archive opens with another tenant's key or shows what is in it", async () => {
    const folder = join(installation.folder, "data", "ma130");
    const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(segment|snapshot)$/.test(name));
    expect(files.length).toBeGreaterThanOrEqual(2);
    const keys = await loadTenantKeys(installation.stack.keysFolder);
    for (const file of files) {
      const bytes = await readFile(join(folder, file));
      expect(withoutNames(bytes.toString("latin1"), walled)).not.toMatch(betrays);
      const open = (tenant: string, key: string) => openArchive(piecesOf(bytes), tenant, keys.backupKeyOf(key));
      await expect(open(outside.tenantId, outside.tenantId)).rejects.toMatchObject({ code: "WRONG_TENANT" });
      await expect(open(walled.tenantId, outside.tenantId)).rejects.toMatchObject({ code: "WRONG_KEY" });
      expect((await open(walled.tenantId, walled.tenantId)).header.tenant).toBe(walled.tenantId);
    }
  });

  async function* piecesOf(bytes: Uint8Array) {
    yield bytes;
  }
});

test("nothing of all that was tried has become an event of the walled tenant", async () => {
  const requests = (await owner.history()).map(({ metadata }) => (metadata as { correlation: string }).correlation);
  expect(requests).toContain(walled.correlation);
  expect(requests).not.toContain("isolation");
});
