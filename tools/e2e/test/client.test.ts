import { connectLive, type LiveState, type Update, type Wanted } from "@tradesage/client";
import type { Refused } from "@tradesage/contracts";
import { generateTicks } from "@tradesage/simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";

/** The client library against a whole installation: subscriptions that come, go and outlive the gateway. */
let installation: Installation;
let tenant: Tenant;

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant("acme");
  await tenant.openAccount("main", "1000");
  await tenant.stream("EURUSD", generateTicks({ symbol: "EURUSD", start: Date.now() - 60_000, count: 100 }));
});
afterAll(() => installation?.stop());

async function connect(token?: string, form: "json" | "binary" = "json") {
  const states: LiveState[] = [];
  const live = connectLive({
    url: installation.stack.urls.gateway,
    token: token ?? (await installation.token("acme", "viewer")),
    form,
    onState: (state) => states.push(state),
  });
  const follow = (wanted: Wanted) => {
    const updates: Update[] = [];
    const refusals: Refused[] = [];
    const subscription = live.subscribe(wanted, {
      onUpdate: (update) => updates.push(update),
      onRefused: (refused) => refusals.push(refused),
    });
    return { updates, refusals, stop: subscription.stop, types: () => updates.map(({ type }) => type) };
  };
  return { live, states, follow };
}

const deposit = (key: string) =>
  tenant.admin.call("deposit", { accountId: "main", amount: "1.00" }, { idempotencyKey: key });
const events = (updates: readonly Update[]) => updates.filter((update) => update.type === "event");

describe.each(["json", "binary"] as const)("prices in the form %s", (form) => {
  test("come to whoever wants them, once, as long as he does", async () => {
    const { live, follow } = await connect(undefined, form);
    const [all, one, other] = [
      follow({ channel: "quotes" }),
      follow({ channel: "quotes", symbols: ["EURUSD"] }),
      follow({ channel: "quotes", symbols: ["GBPUSD"] }),
    ];
    await expect.poll(() => all.types().includes("quote") && one.types().includes("quote")).toBe(true);
    one.stop();
    const had = one.updates.length;
    await tenant.stream("EURUSD", generateTicks({ symbol: "EURUSD", start: Date.now(), count: 10 }));
    await expect.poll(() => all.types().filter((type) => type === "quote").length).toBeGreaterThan(1);
    expect(one.updates).toHaveLength(had);
    expect(other.types()).toEqual(["subscribed"]);
    live.close();
  });
});

test("a lossless subscription goes on behind its last event when the gateway was killed: no gap, no repeat", async () => {
  const { live, states, follow } = await connect();
  const { updates } = follow({ channel: "account", accountId: "main" });
  await expect.poll(() => updates.length).toBe(1);
  await deposit("before");
  await expect.poll(() => events(updates).length).toBe(1);
  installation.stack.process("gateway").kill("SIGKILL");
  await expect.poll(() => states.at(-1)?.is).not.toBe("open");
  await installation.stack.waitReady("gateway");
  await deposit("after");
  await expect.poll(() => events(updates).length).toBe(2);
  const keys = new Set(events(updates).map(({ position }) => position));
  expect(keys.size).toBe(2);
  live.close();
});

test("what came while a listener had the connection paused comes when it goes on", async () => {
  const { live, follow } = await connect();
  const { updates } = follow({ channel: "account", accountId: "main" });
  await expect.poll(() => updates.length).toBe(1);
  live.pause();
  await deposit("paused-1");
  await deposit("paused-2");
  expect(events(updates)).toEqual([]);
  live.resume();
  await expect.poll(() => events(updates).length).toBe(2);
  live.close();
});

test("a snapshot comes first, then what happens after it", async () => {
  // A snapshot is of what the read models have: had they not all that was done before, the rest would follow it.
  const { position } = await deposit("before-the-snapshot");
  await tenant.admin.call("getAccount", { accountId: "main" }, { after: position });
  const { live, follow } = await connect();
  const { updates, types } = follow({ channel: "account", accountId: "main", snapshot: true });
  await expect.poll(types).toEqual(["subscribed", "snapshot"]);
  expect(updates[1]).toMatchObject({ items: [{ accountId: "main", currency: "USD" }] });
  await deposit("behind-the-snapshot");
  await expect.poll(types).toEqual(["subscribed", "snapshot", "event"]);
  live.close();
});

test("a subscription that is refused ends alone; a token that is refused ends all", async () => {
  const { live, states, follow } = await connect();
  const refused = follow({ channel: "orders", snapshot: true });
  await expect.poll(() => refused.refusals.map(({ code }) => code)).toEqual(["INVALID_INPUT"]);
  expect(states.at(-1)?.is).toBe("open");
  live.close();

  const stranger = await connect("not.a.token");
  await expect.poll(() => stranger.states.at(-1)).toMatchObject({ is: "refused", error: { code: "UNAUTHENTICATED" } });
});
