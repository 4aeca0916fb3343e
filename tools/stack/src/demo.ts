import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Api, createApi, issueTerminalKey } from "@tradesage/client";
import { InstrumentSymbol, type RefusalCode, Refused, type Role, type Scope } from "@tradesage/contracts";
import { loadSigner } from "@tradesage/secrets";
import { generateTicks, readTickFile, runTerminal } from "@tradesage/simulator";
import { layoutOf, stackFolder } from "./layout.ts";
import { until } from "./process/until.ts";
import type { Stack } from "./stack.ts";
import { StackError } from "./stack-error.ts";

export interface DemoOptions {
  /** Stream this file's ticks instead of made-up ones; its name begins with the symbol. */
  readonly ticks?: string;
  /** Ends the terminal. */
  readonly signal: AbortSignal;
}

const tenant = "demo";
const accountId = "main";
const DEMO_KEY = "demo-";
const TOKEN_SECONDS = 12 * 3600;
const DEADLINE_MS = 30_000;

/** A tenant to try things with: an account with money in it, ticks that stream in, and commands to copy. */
export async function startDemo(stack: Stack, { ticks, signal }: DemoOptions): Promise<void> {
  const signer = await loadSigner(stack.keysFolder);
  const token = (scope: Scope, role: Role) =>
    signer.sign({ subject: "demo", tenant: scope, roles: [role] }, TOKEN_SECONDS);
  const url = stack.urls.gateway;
  const bearer = await token(tenant, "trader");
  const trader = createApi({ url, token: bearer });
  await createTenant(createApi({ url, token: await token("platform", "operator") }));
  await openAccount(createApi({ url, token: await token(tenant, "admin") }));

  const symbol = ticks === undefined ? "EURUSD" : symbolOf(ticks);
  const streaming = runTerminal({
    url: stack.urls.bridge,
    key: await newKey(createApi({ url, token: await token(tenant, "admin") })),
    symbols: [symbol],
    source: ticks === undefined ? generateTicks({ symbol, signal }) : readTickFile(ticks, symbol),
    replay: ticks !== undefined,
    login: 1,
    signal,
  });
  streaming.then(
    ({ acknowledged, skipped }) => {
      if (!signal.aborted) say(`All ${acknowledged + skipped} ticks of the file are stored; ${skipped} were already.`);
    },
    (error: Error) => say(`The terminal of the demo ended: ${error.message}`),
  );
  await reached("a quote", signal, () => trader.call("getQuote", { symbol }));
  if (!signal.aborted) process.stdout.write(invitation(stack, symbol, bearer));
}

/** A key for this start; those of earlier ones open nothing any more. */
async function newKey(admin: Api): Promise<string> {
  const { items } = await admin.call("listTerminalKeys", { tenantId: tenant });
  for (const { keyId, revokedAt } of items)
    if (revokedAt === undefined && keyId.startsWith(DEMO_KEY))
      await admin.call("revokeTerminalKey", { tenantId: tenant, keyId });
  return issueTerminalKey(admin, { tenantId: tenant, keyId: `${DEMO_KEY}${randomUUID()}` });
}

async function createTenant(operator: Api): Promise<void> {
  await unless("TENANT_EXISTS", operator.call("createTenant", { tenantId: tenant, name: "Demonstration" }));
  const isActive = async () => (await operator.call("getTenant", { tenantId: tenant })).status === "active";
  if (!(await until(isActive, DEADLINE_MS))) throw new StackError("NOT_READY", "The demo's tenant is not active yet.");
}

/** The first start opens the account and pays money in; later ones find it there. */
async function openAccount(admin: Api): Promise<void> {
  const opened = await unless("ACCOUNT_EXISTS", admin.call("openAccount", { accountId, name: "Demonstration" }));
  if (opened) await admin.call("deposit", { accountId, amount: "100000.00" });
}

async function reached(what: string, signal: AbortSignal, attempt: () => Promise<unknown>): Promise<void> {
  const done = async () => signal.aborted || (await attempt()) !== undefined;
  if (!(await until(done, DEADLINE_MS))) throw new StackError("NOT_READY", `The demo did not get ${what}.`);
}

/** `undefined` where it is refused for this reason. */
async function unless<Answer>(code: RefusalCode, asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused && error.code === code) return undefined;
    throw error;
  }
}

/** `EURUSD-2014-05-08.ticks.tsv.gz` has ticks of EURUSD. */
function symbolOf(file: string): InstrumentSymbol {
  const parsed = InstrumentSymbol.safeParse(/^[^-_]+?(?=[-_]|\.\w|$)/.exec(basename(file))?.[0]);
  if (parsed.success) return parsed.data;
  throw new StackError(
    "BAD_SETTING",
    `The name of ${file} does not begin with a symbol, such as EURUSD-2014-05-08.csv.`,
  );
}

/** The token goes into a file that curl reads: it does not show in the list of processes. */
function invitation({ urls }: Stack, symbol: InstrumentSymbol, bearer: string): string {
  const header = join(layoutOf(stackFolder).run, "demo-header");
  writeFileSync(header, `Authorization: Bearer ${bearer}\n`, { mode: 0o600 });
  const account = `${urls.gateway}/v1/accounts/${accountId}`;
  const order = JSON.stringify({ symbol, side: "buy", volume: "0.10", kind: "market" });
  return `Tenant ${tenant}, account ${accountId}. A token for it, valid for 12 hours:

  ${bearer}

Sign in with it at ${urls.gateway}/console, or see a quote, place an order, see the position, watch the stream:

  curl -s -H @${header} ${urls.gateway}/v1/quotes/${encodeURIComponent(symbol)}
  curl -s -H @${header} -H 'Content-Type: application/json' -d '${order}' ${account}/orders
  curl -s -H @${header} ${account}/positions
  npm run -s tradesage -- watch --tenant ${tenant}

`;
}

const say = (text: string) => process.stdout.write(`${text}\n`);
