import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { TickQualityDay } from "@tradesage/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ran, tradesage } from "../src/command-line.ts";
import { type Installation, startInstallation } from "../src/installation.ts";
import { eurusd, haveRealTicks, nzdusd } from "../src/real-ticks.ts";
import { allAtOnce } from "../src/ticks.ts";

let installation: Installation;
const run = (...args: readonly string[]): Promise<Ran> => tradesage(installation.folder, ...args);

beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

describe("the command line", () => {
  test("creates a tenant and returns when it is active", async () => {
    expect(await run("tenant", "create", "acme", "--template", "trading")).toMatchObject({
      exitCode: 0,
      stdout: "acme is active\n",
    });
    const { stdout } = await run("tenant", "list", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ tenantId: "acme", status: "active", template: "trading" }]);
  });

  test("issues a token that the API takes", async () => {
    const { stdout } = await run("token", "--tenant", "acme");
    const response = await fetch(`${installation.stack.urls.gateway}/v1/accounts`, {
      headers: { authorization: `Bearer ${stdout.trim()}` },
    });
    expect(response.status).toBe(200);
  });

  test("makes a terminal's key, lists it without its secret, and revokes it", async () => {
    const issue = () => run("terminal-key", "issue", "london-1", "--label", "London", "--tenant", "acme");
    const key = (await issue()).stdout.trim();
    expect(key).toMatch(/^tsk\.acme\.london-1\.[A-Za-z0-9_-]{43}$/);
    expect((await issue()).stderr).toContain("TERMINAL_KEY_EXISTS");
    expect(await run("terminal-key", "revoke", "london-1", "--tenant", "acme")).toMatchObject({ exitCode: 0 });
    const list = async () => (await run("terminal-key", "list", "--tenant", "acme", "--json")).stdout;
    await expect.poll(list).toContain("revokedAt");
    const listed = await list();
    expect(JSON.parse(listed)).toMatchObject([{ keyId: "london-1", label: "London" }]);
    expect(listed).not.toContain(key.split(".")[3]);
  });

  test("halts an account, a tenant and all of them, and lets them trade again", async () => {
    const acme = ["--tenant", "acme"];
    const why = ["--reason", "a drill"];
    const [noAccount, noTenant, noReason, both] = await Promise.all([
      run("halt", ...acme, "--account", "none", ...why),
      run("halt", "--tenant", "nobody", ...why),
      run("halt", ...acme),
      run("halt", ...acme, "--platform", ...why),
    ]);
    expect(noAccount.stderr).toContain("ACCOUNT_NOT_FOUND");
    expect(noTenant.stderr).toContain("TENANT_NOT_FOUND");
    expect([noReason.exitCode, both.exitCode]).toEqual([2, 2]);
    expect(await run("halt", ...acme, ...why)).toMatchObject({ exitCode: 0, stdout: "acme: halted\n" });
    expect((await run("reduce", "--platform", ...why)).stdout).toBe("all tenants: reducing\n");
    const viewer = await installation.api("acme", "viewer");
    const desks = async () => (await viewer.call("listDesks", { tenantId: "acme" })).items;
    await expect.poll(desks).toMatchObject([
      { tenantId: "acme", state: "halted", reason: "a drill", changedBy: "cli" },
      { tenantId: "platform", state: "reducing", reason: "a drill", changedBy: "cli" },
    ]);
    expect((await run("resume", ...acme)).stdout).toBe("acme: active\n");
    expect((await run("resume", "--platform")).stdout).toBe("all tenants: active\n");
  });

  test("reads an account's rules from a file, and says what is wrong with it", async () => {
    const account = ["--tenant", "acme", "--account", "none"];
    const file = join(installation.folder, "rules.json");
    await writeFile(file, JSON.stringify({ name: "house", limits: { openOrders: 3, openOrder: 3 } }));
    expect(await run("risk", "set", ...account, "--rules", file)).toMatchObject({ exitCode: 2 });
    await writeFile(file, JSON.stringify({ name: "house", limits: { openOrders: 3 } }));
    expect((await run("risk", "set", ...account, "--rules", file)).stderr).toContain("ACCOUNT_NOT_FOUND");
    expect((await run("risk", "show", ...account)).stderr).toContain("ACCOUNT_NOT_FOUND");
  });

  test("moves an account's money, tells what it has then, and what was booked", async () => {
    await (await installation.api("acme", "admin")).call("openAccount", { accountId: "purse" });
    const money = async (verb: string, ...args: string[]) => {
      const { stdout, stderr } = await run("account", verb, "purse", ...args, "--tenant", "acme", "--json");
      return stderr === "" ? (JSON.parse(stdout) as unknown) : stderr;
    };
    expect(await money("deposit", "100.00", "--reference", "transfer 1")).toMatchObject({ balance: "100.00" });
    expect(await money("give-credit", "50")).toMatchObject({ balance: "100.00", credit: "50.00" });
    expect(await money("withdraw", "100.01")).toContain("INSUFFICIENT_FUNDS");
    expect(await money("withdraw", "40")).toMatchObject({ balance: "60.00" });
    expect(await money("take-credit", "50")).toMatchObject({ credit: "0.00" });
    expect(await money("adjust", "--reason", "booked twice", "1.5")).toMatchObject({ balance: "61.50" });
    expect((await run("account", "ledger", "purse", "--tenant", "acme")).stdout).toContain("transfer 1");
  });

  test("runs an account's history again under other rules", async () => {
    const account = ["--tenant", "acme", "--account", "again", "--rules", join(installation.folder, "rules.json")];
    expect((await run("replay", ...account)).stderr).toContain("ACCOUNT_NOT_FOUND");
    await (await installation.api("acme", "admin")).call("openAccount", { accountId: "again" });
    const replay = async () => (await run("replay", ...account)).stdout;
    await expect.poll(replay).toContain("Nothing would have been stopped.");
  });

  test("tells that all is ready, and of every process its version", async () => {
    const { exitCode, stdout } = await run("status", "--json");
    const { ready, processes } = JSON.parse(stdout) as {
      ready: boolean;
      processes: { name: string; version: string }[];
    };
    expect({ exitCode, ready }).toEqual({ exitCode: 0, ready: true });
    expect(processes.map(({ name }) => name).sort()).toEqual([
      "backups",
      "data-bridge",
      "event-store",
      "gateway",
      "ma130",
      "market-data",
      "nats",
      "postgres",
      "projections",
      "redis",
      "tenants",
      "trading",
    ]);
    expect(processes.every(({ version }) => /\d/.test(version))).toBe(true);
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ["what it does not know", ["tenants"], 2, /unknown command/],
    ["an option that is missing", ["token"], 2, /--tenant/],
    ["a tenant's id that cannot be", ["tenant", "create", "Acme!"], 4, /INVALID_INPUT/],
    ["a tenant that is there already", ["tenant", "create", "acme"], 4, /TENANT_EXISTS/],
    [
      "a file that is not there",
      ["ticks", "send", "--tenant", "acme", "--symbol", "EURUSD", "--file", "none.csv"],
      2,
      /no such file/,
    ],
    [
      "an instrument that is not there",
      ["bars", "export", "--tenant", "acme", "--symbol", "NOSUCH"],
      4,
      /INSTRUMENT_NOT_FOUND/,
    ],
  ])("refuses %s", async (_, args, exitCode, message) => {
    const ran = await run(...args);
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode, stdout: "" });
    expect(ran.stderr).toMatch(message);
  });

  test("holds a tenant's read models against a replay", async () => {
    expect(await run("projections", "verify", "--tenant", "acme", "--json")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"equal": true') as string,
    });
    const nobody = await run("projections", "verify", "--tenant", "nobody");
    expect({ exitCode: nobody.exitCode, stderr: nobody.stderr }).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("TENANT_NOT_FOUND") as string,
    });
  });

  test("rebuilds the read models of the platform and of every tenant, while they are in use", async () => {
    const { exitCode, stdout } = await run("projections", "rebuild", "--json");
    const rebuilt = JSON.parse(stdout) as { scope: string; differences: unknown[] }[];
    expect({ exitCode, scopes: rebuilt.map(({ scope }) => scope) }).toEqual({
      exitCode: 0,
      scopes: ["platform", "acme"],
    });
    expect(rebuilt.flatMap(({ differences }) => differences)).toEqual([]);
    expect((await run("projections", "rebuild", "--tenant", "nobody")).stderr).toContain("TENANT_NOT_FOUND");
    expect((await run("projections", "verify", "--tenant", "acme")).exitCode).toBe(0);
  });

  test("says so when no installation runs", async () => {
    const ran = await tradesage(join(installation.folder, "elsewhere"), "tenant", "list");
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain("npm start");
  });

  test("names the line of a file that is no tick", async () => {
    const file = join(installation.folder, "bad.csv");
    await writeFile(file, "time_msc,bid,ask\n1399352400076,0.86939,0.86946\n1399352400117,oops,0.86946\n");
    const ran = await run("ticks", "send", "--tenant", "acme", "--symbol", "NZDUSD", "--file", file);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('bad.csv:3: bid "oops" is not a number');
  });
});

describe("a trader's day", () => {
  const price = (timeMsc: number, bid: number) => ({
    ...{ symbol: "EURUSD", last: 0, volume: 0, flags: 6, ordinal: 0 },
    ...{ timeMsc, bid, ask: bid + 0.0001 },
  });

  test("goes from an account to its journal", async () => {
    const tenant = await installation.tenant("desk");
    const quote = async (bid: number) => {
      await tenant.stream("EURUSD", allAtOnce([price(Date.now(), bid)]));
    };
    const ask = async (...args: readonly string[]): Promise<unknown> => {
      const ran = await run(...args, "--tenant", "desk", "--json");
      expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
      return JSON.parse(ran.stdout);
    };

    expect(await ask("account", "open", "main", "--leverage", "30")).toMatchObject({ leverage: 30, venue: "paper" });
    expect(await ask("account", "deposit", "main", "10000")).toMatchObject({ balance: "10000.00" });

    const rollover = { at: "17:00", zone: "America/New_York" };
    expect(await ask("desk", "rollover", "--at", rollover.at, "--zone", rollover.zone)).toMatchObject({ rollover });

    await quote(1.1);
    const bracket = ["--stop-loss", "1.09000", "--take-profit", "1.12000", "--order-id", "in"];
    const place = () => run("order", "place", "main", "buy", "0.10", "EURUSD", ...bracket, "--tenant", "desk");
    // Until the service has heard of the instrument and of its price.
    await expect.poll(async () => (await place()).stderr).toMatch(/^$|ORDER_EXISTS/);
    await expect
      .poll(() => ask("position", "list", "main"))
      .toMatchObject([{ symbol: "EURUSD", side: "buy", stopLoss: "1.09000", takeProfit: "1.12000" }]);

    await quote(1.105);
    expect(await ask("position", "close", "main", "EURUSD")).toMatchObject({ side: "sell", reduceOnly: true });
    const positions = async () => (await tenant.trader.call("listPositions", { accountId: "main" })).items;
    await expect.poll(positions).toEqual([]);
    const [trade] = (await ask("account", "trades", "main")) as { tradeId: string }[];
    expect(trade).toMatchObject({ status: "closed", profit: "49.00", stopMoves: 0, tags: [] });

    const { tradeId = "" } = trade ?? {};
    expect(await ask("journal", "tag", "main", tradeId, "breakout")).toMatchObject({ tags: ["breakout"] });
    expect(await ask("journal", "write", "main", "Left too early.", "--trade-id", tradeId)).toMatchObject({
      ...{ tradeId, writtenBy: "cli", text: "Left too early." },
    });
    await expect.poll(() => ask("journal", "tags", "main")).toEqual([{ tag: "breakout", trades: 1, entries: 0 }]);
    await expect
      .poll(async () => (await run("journal", "list", "main", "--tag", "breakout", "--tenant", "desk")).stdout)
      .toMatch(/TRADE ID.*\n.*Left too early\./);
    const unknown = await run("journal", "tag", "main", "0", "breakout", "--tenant", "desk");
    expect([unknown.exitCode, unknown.stderr]).toEqual([4, expect.stringMatching(/^TRADE_NOT_FOUND/)]);
  });
});

describe("history", () => {
  const ofFile = (...files: readonly string[]) =>
    ["ticks", "import", ...files, "--tenant", "acme", "--symbol", "XAUUSD", "--json"] as const;
  const csv = async (name: string, from: number, count: number) => {
    const file = join(installation.folder, name);
    const lines = Array.from({ length: count }, (_, index) => `${(from + index) * 100},1.1,1.2`);
    await writeFile(file, ["time_msc,bid,ask", ...lines, ""].join("\n"));
    return file;
  };

  test("is imported from several files, once however often", async () => {
    const files = [await csv("b.csv", 1_000, 1_500), await csv("a.csv", 0, 1_200)];
    const dry = await run(...ofFile(...files), "--dry-run");
    expect(JSON.parse(dry.stdout)).toMatchObject({ files: 2, ticks: 2_700, inserted: 0, dryRun: true });
    const first = await run(...ofFile(...files));
    expect(JSON.parse(first.stdout)).toMatchObject({ inserted: 2_500, repeated: 200 });
    const again = await run(...ofFile(...files), "--jobs", "1");
    expect(JSON.parse(again.stdout)).toMatchObject({ inserted: 0, repeated: 2_700 });
  });

  test("is exported as it was imported, all of it or a range", async () => {
    const whole = await run("ticks", "export", "--tenant", "acme", "--symbol", "XAUUSD");
    const lines = whole.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 2_500);
    expect(lines.slice(0, 2)).toEqual(["time_msc,ordinal,bid,ask,last,volume,flags,quality", "0,0,1.1,1.2,0,0,6,0"]);
    const range = ["--from", "1970-01-01T00:00:10Z", "--to", "1970-01-01T00:00:20Z"];
    const some = await run("ticks", "export", "--tenant", "acme", "--symbol", "XAUUSD", ...range);
    expect(some.stdout.trimEnd().split("\n")).toHaveLength(1 + 100);
    const nothing = await run("ticks", "export", "--tenant", "acme", "--symbol", "NOSUCH");
    expect({ exitCode: nothing.exitCode, stdout: nothing.stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(nothing.stderr).toContain("INSTRUMENT_NOT_FOUND");
  });

  test("is refused by way of a tool that is not supported, and nothing of it is written", async () => {
    const refused = await run(
      "ticks",
      "import",
      import.meta.filename,
      "--tenant",
      "acme",
      "--symbol",
      "EURUSD",
      "--with-parallel-copy",
    );
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("not supported")]);
  });

  test("that is wrong in one line is refused with file and line, and nothing of it is written", async () => {
    const good = await csv("c.csv", 50_000, 10);
    const bad = join(installation.folder, "d.csv");
    await writeFile(bad, "time_msc,bid,ask\n1,1.1,1.2\n2,1.1\n");
    const ran = await run(...ofFile(good, bad));
    expect({ exitCode: ran.exitCode, stdout: ran.stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(`BAD_TICK_FILE: ${bad}:3: ask "" is not a number`);
    expect((await run(...ofFile(good), "--format", "mt5")).stderr).toContain("not the header of the format mt5");
    const { stdout } = await run(...ofFile(good));
    expect(JSON.parse(stdout)).toMatchObject({ inserted: 10, repeated: 0 });
  });

  test("says how long it is kept", async () => {
    expect(await run("retention", "set", "bars_1s", "30", "--tenant", "acme")).toMatchObject({
      exitCode: 0,
      stdout: "acme keeps bars_1s for 30 days\n",
    });
    const { stdout } = await run("retention", "show", "--tenant", "acme");
    expect(stdout).toMatch(/bars_1s +30/);
    expect(stdout).toMatch(/ticks +forever/);
    expect(stdout).toContain("compression: not available");
  });
});

describe.skipIf(!haveRealTicks)("real ticks", () => {
  const feed = ({ file, symbol }: { file: string; symbol: string }) =>
    ["--tenant", "acme", "--symbol", symbol, "--file", file] as const;

  test("of EURUSD are stored whole, and their bars are the ones that they must give", async () => {
    const sent = await run("ticks", "send", ...feed(eurusd), "--speed", "max", "--json");
    expect(JSON.parse(sent.stdout)).toMatchObject({ ticks: eurusd.ticks, acknowledged: eurusd.ticks, skipped: 0 });
    await expect
      .poll(() => run("ticks", "verify", ...feed(eurusd)))
      .toMatchObject({
        exitCode: 0,
        stdout: `equal: the table holds exactly the file's ${eurusd.ticks} ticks\n`,
      });
    const { stdout } = await run("bars", "export", "--tenant", "acme", "--symbol", "EURUSD", "--timeframe", "1m");
    expect(stdout).toBe(gunzipSync(await readFile(eurusd.bars)).toString());
    expect(stdout.trimEnd().split("\n").length).toBe(1 + 1431);
  });

  test("are told how good they are, by day", async () => {
    const { stdout } = await run("ticks", "quality", "--tenant", "acme", "--symbol", "EURUSD", "--json");
    const days = JSON.parse(stdout) as TickQualityDay[];
    const sum = (of: (day: TickQualityDay) => number) => days.reduce((all, day) => all + of(day), 0);
    expect([sum(({ ticks }) => ticks), sum(({ doubts }) => doubts.crossed)]).toEqual([167_466, 18_285]);
    expect((await run("ticks", "quality", "--tenant", "acme")).stdout).toContain("CROSSED");
  });

  test("of NZDUSD likewise, and a second sending adds none", async () => {
    await run("ticks", "send", ...feed(nzdusd));
    await expect.poll(() => run("ticks", "verify", ...feed(nzdusd))).toMatchObject({ exitCode: 0 });
    const again = await run("ticks", "send", ...feed(nzdusd), "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ acknowledged: 0, skipped: nzdusd.ticks });
    expect(await run("ticks", "verify", ...feed(nzdusd))).toMatchObject({ exitCode: 0 });
  });

  test("that differ from the table are told, with exit code 1", async () => {
    const file = join(installation.folder, "other.csv");
    await writeFile(file, "time_msc,bid,ask\n1399352400076,0.86930,0.86946\n");
    const ran = await run("ticks", "verify", ...feed({ file, symbol: "NZDUSD" }));
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain("0.8693/0.86946");
  });
});
