import { generateTicks } from "@tradesage/simulator";
import { PATIENCE_MS } from "@tradesage/until";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../src/browser.ts";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";

/** The console in a real browser: what a trader sees and does, by mouse, by keyboard and on a phone. */
let installation: Installation;
let tenant: Tenant;
let browser: Browser;
let streaming: Promise<unknown>;
const marketCloses = new AbortController();
/** What the browser complained about: scripts, styles and requests that its policy refused, errors of the page. */
let complaints: string[] = [];

beforeAll(async () => {
  // One alarm stands, however slow the machine is.
  const slow = { ALARM_PROJECTION_LAG_SECONDS: "0", ALARM_SLOW_STATEMENT_SECONDS: "0", ALARM_CONNECTIONS: "0" };
  const env = { WATCH_EVERY_SECONDS: "1", ALARM_SIZE_BYTES: "1000", ...slow };
  [installation, browser] = await Promise.all([startInstallation({ env }), openBrowser()]);
  tenant = await installation.tenant("acme");
  const hourAgo = Date.now() - 3_600_000;
  await tenant.stream("EURUSD", generateTicks({ symbol: "EURUSD", start: hourAgo, rate: 1, count: 3000 }));
  await tenant.stream("GBPUSD", generateTicks({ symbol: "GBPUSD", start: hourAgo, rate: 1, count: 100 }));
  streaming = tenant.stream("EURUSD", generateTicks({ symbol: "EURUSD", signal: marketCloses.signal }));
  await tenant.openAccount("main", "100000");
});
afterAll(async () => {
  marketCloses.abort();
  await streaming;
  await browser?.close();
  await installation?.stop();
});
afterEach(() => {
  complaints = [];
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`${installation.stack.urls.gateway}/console`);
  return page;
}

async function giveToken(page: Page, token: string): Promise<void> {
  await page.getByLabel("Access token").fill(token);
  await page.keyboard.press("Enter");
}

async function signIn(page: Page, role: "trader" | "viewer" = "trader"): Promise<Page> {
  await giveToken(page, await installation.token("acme", role));
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

/** What axe finds wrong, each with the first place. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

const words = (kind: string) => ({ Trailing: "trailing stop" })[kind] ?? kind.toLowerCase();
const choose = (page: Page, symbol: string) => page.getByRole("button", { name: symbol, exact: true }).first().click();
const submit = (page: Page) => page.getByRole("button", { name: /^(Buy|Sell) [\d.]+ EURUSD/ });
const tab = (page: Page, name: string) => page.getByRole("tab", { name });

describe("signing in", () => {
  test("takes a token, which stays in the tab and never enters the address", async () => {
    const page = await signIn(await open());
    expect(page.url()).toBe(`${installation.stack.urls.gateway}/console`);
    expect(await page.evaluate("localStorage.length + document.cookie.length")).toBe(0);
    await page.reload();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Access token").waitFor();
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("tells why a token is of no use", async () => {
    const page = await open();
    await page.getByLabel("Access token").fill("not.a.token");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("alert").textContent()).toMatch(/token/);
    await page.context().close();
  });
});

describe("the market", () => {
  test("shows quotes that change, and which way, without colour", async () => {
    const page = await signIn(await open());
    const bid = page
      .getByRole("row", { name: /EURUSD/ })
      .getByRole("cell")
      .first();
    await expect.poll(() => bid.textContent()).toMatch(/^[▲▼]1\.\d{5}$/);
    const before = await bid.textContent();
    await expect.poll(() => bid.textContent()).not.toBe(before);
    await page.context().close();
  });

  test("is filtered and chosen by keyboard, and drawn as candlesticks of any timeframe", async () => {
    const page = await signIn(await open());
    await page.getByRole("row", { name: /GBPUSD/ }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("gbp");
    await expect.poll(() => page.getByRole("row", { name: /EURUSD/ }).count()).toBe(0);
    await page.keyboard.press("Enter");
    await page.getByRole("img", { name: "Candlestick chart of GBPUSD, bars of 1m" }).waitFor();
    await page.keyboard.press("Escape");
    await choose(page, "EURUSD");
    await page.getByRole("button", { name: "5m", exact: true }).click();
    const chart = page.getByRole("img", { name: "Candlestick chart of EURUSD, bars of 5m" });
    await expect.poll(() => chart.locator(".note").count()).toBe(0);
    expect(await chart.locator("canvas").count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe("trading", () => {
  test("a market order becomes a position, and what happened is told", async () => {
    const page = await signIn(await open());
    await choose(page, "EURUSD");
    await submit(page).click();
    await page.getByText("Buy order placed").waitFor();
    await page
      .getByRole("tabpanel")
      .getByRole("row", { name: /EURUSD/ })
      .waitFor();
    await tab(page, "Activity").click();
    await page.getByText("Order filled").first().waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a limit order is placed and cancelled without a mouse", async () => {
    const page = await signIn(await open());
    await choose(page, "EURUSD");
    await page.getByRole("radio", { name: "Market" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByLabel("Limit price", { exact: true }).fill("0.50000");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.getByText("Buy order placed").waitFor();
    await tab(page, "Positions").focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("cell", { name: "0.50001" }).waitFor();
    await page.getByRole("button", { name: /^Cancel the buy order/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("No orders").waitFor();
    await page.context().close();
  });

  test("an order of any kind is placed, with what protects its position; trades and the ledger tell what became of it", async () => {
    const page = await signIn(await open());
    await choose(page, "EURUSD");
    await page.getByText("Stop loss, take profit").click();
    await page.getByLabel("Stop loss", { exact: true }).fill("0.50000");
    await page.getByLabel("Take profit", { exact: true }).fill("2.00000");
    await page.getByLabel("Stands").selectOption("day");
    for (const kind of ["Stop", "Stop limit", "Trailing"]) {
      await page.locator("form").getByText(kind, { exact: true }).click();
      await submit(page).click();
      await page.getByText("Buy order placed").waitFor();
      await tab(page, "Orders").click();
      await page.getByRole("cell", { name: `buy ${words(kind)}` }).waitFor();
    }
    await tab(page, "Trades").click();
    await page
      .getByRole("tabpanel")
      .getByRole("row", { name: /EURUSD buy/ })
      .first()
      .waitFor();
    await tab(page, "Ledger").click();
    await page.getByRole("row", { name: /deposit \+100,000.00 USD cash ← bank/ }).waitFor();
    await tenant.admin.call("cancelAllOrders", { accountId: "main" });
    await tab(page, "Orders").click();
    await page.getByText("No orders").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("an order that waits is changed, and orders are linked: the ticket collects them", async () => {
    const page = await signIn(await open());
    await choose(page, "EURUSD");
    await page.locator("form").getByText("Limit", { exact: true }).click();
    await page.getByLabel("Limit price", { exact: true }).fill("0.50000");
    await page.getByRole("button", { name: "Link with another order" }).click();
    await page.getByLabel("Limit price", { exact: true }).fill("0.40000");
    await page.getByRole("button", { name: /linked with 1$/ }).click();
    await tab(page, "Orders").click();
    await page.getByRole("row", { name: /linked .*0\.40000/ }).waitFor();
    await page
      .getByRole("row", { name: /linked .*0\.50000/ })
      .getByRole("button", { name: /^Change/ })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Limit price", { exact: true }).fill("-1");
    await dialog.getByRole("button", { name: "Change" }).click();
    await dialog.locator(".error").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByLabel("Limit price", { exact: true }).fill("0.45000");
    await dialog.getByRole("button", { name: "Change" }).click();
    await page.getByRole("row", { name: /linked .*0\.45000/ }).waitFor();
    await page
      .getByRole("button", { name: /^Cancel the buy order/ })
      .first()
      .click();
    await page
      .getByRole("button", { name: /^Cancel the buy order/ })
      .nth(1)
      .waitFor({ state: "detached" });
    await tenant.admin.call("cancelAllOrders", { accountId: "main" });
    await page.context().close();
  });

  test("a position is protected and closed; its trade is noted and tagged in the journal, and the curve is drawn", async () => {
    const page = await signIn(await open());
    await choose(page, "EURUSD");
    await submit(page).click();
    await page.getByText("Buy order placed").waitFor();
    await page.getByRole("button", { name: "Stops of the EURUSD position" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Stop loss", { exact: true }).fill("0.60000");
    await dialog.getByRole("button", { name: "Set" }).click();
    await page.getByRole("cell", { name: "0.60000" }).waitFor();
    await page.getByRole("button", { name: "Close the EURUSD position" }).click();
    await page.getByText("No open positions").waitFor();
    await tab(page, "Trades").click();
    await page.getByRole("button", { name: "Note on the EURUSD trade" }).first().click();
    await dialog.getByLabel("Text").fill("Bought the retest.");
    await dialog.getByLabel("Tags").fill("breakout, Too-Early");
    await dialog.getByRole("button", { name: "Write" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Details of the EURUSD trade" }).first().click();
    await dialog.getByText("Furthest against (MAE)").waitFor();
    await dialog.getByLabel("Tags").fill("retest");
    await dialog.getByRole("button", { name: "Set tags" }).click();
    await page.getByRole("tabpanel").getByText("retest", { exact: true }).waitFor();
    await tab(page, "Journal").click();
    await page.getByText("Bought the retest.").waitFor();
    await page.getByLabel("With tag").selectOption("too-early");
    await page.getByText("too-early", { exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "Withdraw" }).click();
    await page.getByText("Nothing was noted").waitFor();
    await tab(page, "Equity").click();
    await page.getByText(/Largest drawdown|It never fell/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a refused order says why, with its code", async () => {
    const page = await signIn(await open());
    await choose(page, "EURUSD");
    await page.getByLabel("Volume", { exact: false }).first().fill("99");
    await submit(page).click();
    expect(await page.getByRole("alert").textContent()).toContain("INSUFFICIENT_MARGIN");
    await page.context().close();
  });

  test("whoever may only look has nothing to press", async () => {
    const page = await signIn(await open(), "viewer");
    await choose(page, "EURUSD");
    await page.getByText("may look, not trade").waitFor();
    expect(await submit(page).isDisabled()).toBe(true);
    await page.context().close();
  });
});

test.each(["dark", "light"] as const)(
  "breaks no rule of accessibility in the %s scheme (WCAG 2.2 AA)",
  async (colorScheme) => {
    const page = await open({ colorScheme });
    const violations = [...(await violationsOf(page))];
    await signIn(page);
    await choose(page, "EURUSD");
    await page.getByText("Limit", { exact: true }).click();
    await tab(page, "History").click();
    violations.push(...(await violationsOf(page)));
    expect(violations).toEqual([]);
    await page.context().close();
  },
);

test("an operator sees how every tenant fares and which of its alarms stand, on a phone too", async () => {
  const page = await open({ viewport: { width: 375, height: 700 } });
  await giveToken(page, await installation.token("platform", "operator"));
  const acme = page.getByRole("row", { name: /acme/ });
  await acme.getByText("size bytes").waitFor();
  await page.getByRole("status").getByText("1 alarm").waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
  expect(await violationsOf(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(await acme.getByRole("cell").first().textContent()).toBe("active");
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Thresholds of acme" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Alarm").selectOption("size_bytes");
  await dialog.getByLabel("Raised above").fill("0");
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Set" }).click();
  await page.getByRole("status").getByText("No alarms").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Access token").waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("after the gateway was killed it goes on by itself, and has missed nothing", async () => {
  const page = await signIn(await open());
  await tab(page, "Activity").click();
  await page.getByText("Nothing has happened").waitFor();
  const balance = page.locator("header p", { hasText: "Balance" }).first();
  const before = await balance.textContent();
  installation.stack.process("gateway").kill("SIGKILL");
  await page.getByText("Reconnecting").waitFor();
  await tenant.admin.call("deposit", { accountId: "main", amount: "1.23" });
  await page.getByText("Live", { exact: true }).waitFor();
  await expect.poll(() => page.getByText("Funds deposited").count()).toBe(1);
  await expect.poll(() => balance.textContent()).not.toBe(before);
  await page.context().close();
});

test("on a phone every panel is a tap away, and nothing is wider than the screen", async () => {
  const page = await signIn(await open({ viewport: { width: 375, height: 700 }, hasTouch: true, isMobile: true }));
  for (const [name, panel] of [
    ["Quotes", page.getByRole("heading", { name: "Quotes" })],
    ["Chart", page.getByRole("img", { name: /^Candlestick chart/ })],
    ["Trade", page.getByLabel("Volume", { exact: false }).first()],
    ["Book", tab(page, "Orders")],
  ] as const) {
    await page.getByRole("navigation", { name: "Panels" }).getByRole("button", { name }).tap();
    await panel.waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
  }
  await page.context().close();
});
