import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type JsonObject, parseInput } from "@tradesage/contracts";
import { type Route, routes } from "@tradesage/contracts/http";
import { projectFolder } from "@tradesage/stack";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import type { Asked } from "../operations/verb.ts";
import { tradingCommands, tradingNouns } from "./trading.ts";

/** What a command line asks for. */
async function asked(...args: readonly string[]): Promise<Asked | undefined> {
  let told: Asked | undefined;
  const silent = { writeErr: () => {}, writeOut: () => {} };
  const program = new Command("tradesage").exitOverride().configureOutput(silent);
  tradingCommands(program, async (what) => {
    told = what;
  });
  await program.parseAsync(args, { from: "user" });
  return told;
}

/** Words as a shell splits them. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? "");

const verbs = tradingNouns.flatMap(({ name, verbs }) => verbs.map((verb) => [`${name} ${verb.name}`, verb] as const));

describe("the command line of trading", () => {
  test.each(verbs)("%s has examples that are understood, and that the API would take", async (_, verb) => {
    const route: Route = routes[verb.operation];
    const generated = route.kind === "command" ? route.generates : undefined;
    for (const example of verb.examples) {
      const told = await asked(...wordsOf(example));
      expect(told).toMatchObject({ verb: { name: verb.name }, tenant: "acme" });
      parseInput(route.type.schema, { ...(generated !== undefined && { [generated]: "made" }), ...told?.input });
    }
  });

  test("is on its page, verb by verb", () => {
    const page = readFileSync(join(projectFolder, "docs/command-line.md"), "utf8");
    for (const [name] of verbs) expect(page).toContain(`\`${name}`);
  });

  const input = async (line: string): Promise<JsonObject | undefined> =>
    (await asked(...wordsOf(`${line} --tenant acme`)))?.input;

  test("places an order at the market, unless it is told another kind", async () => {
    const order = { accountId: "main", side: "buy", volume: "0.10", symbol: "EURUSD" };
    expect(await input("order place main buy 0.10 EURUSD")).toEqual({ ...order, kind: "market" });
    expect(await input("order place main buy 0.10 EURUSD --kind limit --limit-price 1.1")).toEqual({
      ...{ ...order, kind: "limit", limitPrice: "1.1" },
    });
  });

  test("reaches everything that an order can have", async () => {
    const options = [
      ...["--order-id o-1 --kind stop_limit --limit-price 1.2 --stop-price 1.1 --trailing-distance 0.1"],
      ...["--trailing-step 0.01 --stop-loss 1.0 --take-profit 1.3 --trailing-stop-distance 0.2"],
      ...["--trailing-stop-step 0.02 --time-in-force gtd --expires-at 2026-01-15T10:00:00Z --reduce-only"],
      ...["--position-id p-1"],
    ].join(" ");
    const given = (await input(`order place main sell 1 #AAPL ${options}`)) ?? {};
    expect(given).toMatchObject({
      ...{ trailing: { distance: "0.1", step: "0.01" }, trailingStop: { distance: "0.2", step: "0.02" } },
      ...{ reduceOnly: true, expiresAt: "2026-01-15T10:00:00Z" },
    });
    expect(Object.keys(given).sort()).toEqual(Object.keys(routes.placeOrder.type.schema.shape).sort());
  });

  test("takes numbers as numbers, lists as lists, and JSON as what it says", async () => {
    const opened = await input("account open --venue mt5 --terminal-server Live --terminal-login 4711 --leverage 30");
    expect(opened).toEqual({ venue: "mt5", terminal: { server: "Live", login: 4711 }, leverage: 30 });
    expect(await input("journal tag main 7 one two")).toMatchObject({ tags: ["one", "two"] });
    expect(await input(`account paper-terms main --slippage '{"model":"none"}'`)).toMatchObject({
      slippage: { model: "none" },
    });
  });

  test("hands on the name of an intention, and how many rows are wanted", async () => {
    const once = await asked(...wordsOf("order cancel main o-1 --tenant acme --idempotency-key once --json"));
    expect(once).toMatchObject({ idempotencyKey: "once", json: true });
    expect(await asked(...wordsOf("order list main --tenant acme --limit 5"))).toMatchObject({ limit: 5 });
  });

  test.each([
    ["a side that is none", "order place main up 0.10 EURUSD"],
    ["a kind that is none", "order place main buy 0.10 EURUSD --kind best"],
    ["an account that is not named", "order list"],
    ["a number that is none", "account open --leverage much"],
    ["a list that is cut to nothing", "order list main --limit 0"],
    ["JSON that is none", "account paper-terms main --slippage none"],
    ["an amendment of no reason for a correction", "account adjust main 5"],
    ["an option that is none", "order list main --stauts open"],
  ])("does not understand %s", async (_, line) => {
    await expect(input(line)).rejects.toThrow();
  });
});
