import { type Api, createApi } from "@tradesage/client";
import type { Principal } from "@tradesage/contracts";
import { loadSigner } from "@tradesage/secrets";
import { readEnvironment, readState, stackFolder } from "@tradesage/stack";
import { CommandFailed } from "./exit-codes.ts";

/** Where a running TradeSage is. */
export interface Installation {
  /** The gateway: `http://127.0.0.1:7400`. */
  readonly url: string;
  /** Where terminals dial in: `ws://127.0.0.1:7401/terminal`. */
  readonly bridgeUrl: string;
  /** The folder with its signing key, where this machine has it. */
  readonly keys?: string;
  /** A token to use as it is, given by environment. */
  readonly token?: string;
}

/** The settings that name an installation other than the one of this checkout. */
export const installationSettings = {
  TRADESAGE_URL: "the gateway's address; without it, the installation of this checkout",
  TRADESAGE_BRIDGE_URL: "the address that terminals dial",
  TRADESAGE_KEYS: "the folder of its signing key, to issue tokens with",
  TRADESAGE_TOKEN: "a token to use instead of issuing one",
  TRADESAGE_STACK: "the folder of a local stack, instead of .stack",
} as const;

/** The installation that the environment names, else the one that runs in this checkout. */
export function findInstallation(env: NodeJS.ProcessEnv = process.env): Installation {
  const given = (name: keyof typeof installationSettings) => env[name] || undefined;
  const token = given("TRADESAGE_TOKEN");
  const url = given("TRADESAGE_URL");
  if (url !== undefined) {
    const keys = given("TRADESAGE_KEYS");
    return {
      url,
      bridgeUrl: given("TRADESAGE_BRIDGE_URL") ?? url.replace(/^http/, "ws"),
      ...(keys !== undefined && { keys }),
      ...(token !== undefined && { token }),
    };
  }
  const folder = given("TRADESAGE_STACK") ?? stackFolder;
  const state = readState(folder);
  if (!state?.running)
    throw new CommandFailed(3, "No installation runs here. Start one with: npm start\nOr name one by TRADESAGE_URL.");
  const keys = given("TRADESAGE_KEYS") ?? readEnvironment(folder)?.["TRADESAGE_KEYS"];
  return {
    url: state.urls["gateway"] ?? "",
    bridgeUrl: state.urls["bridge"] ?? "",
    ...(keys !== undefined && { keys }),
    ...(token !== undefined && { token }),
  };
}

const SHORT_TTL_SECONDS = 3600;

/** A token for a command's own use: the one given by environment, else a new one that lives for an hour. */
export async function tokenFor(
  installation: Installation,
  tenant: Principal["tenant"],
  role: Principal["roles"][number],
) {
  if (installation.token !== undefined) return installation.token;
  return mintToken(installation, { subject: "cli", tenant, roles: [role] }, SHORT_TTL_SECONDS);
}

/** Signs a token with the installation's key; only who may read the key can. */
export async function mintToken(installation: Installation, principal: Principal, ttlSeconds: number): Promise<string> {
  if (installation.keys === undefined)
    throw new CommandFailed(
      2,
      "Tokens are issued with the installation's signing key: name its folder by TRADESAGE_KEYS.",
    );
  const signer = await loadSigner(installation.keys).catch((cause: unknown) => {
    throw new CommandFailed(2, `The signing key cannot be read: ${(cause as Error).message}`, { cause });
  });
  return signer.sign(principal, ttlSeconds);
}

/** The API of the installation, as somebody of that tenant and role. */
export async function connect(tenant: Principal["tenant"], role: Principal["roles"][number]): Promise<Api> {
  const installation = findInstallation();
  return createApi({ url: installation.url, token: await tokenFor(installation, tenant, role) });
}
