import { existsSync } from "node:fs";
import { join } from "node:path";
import { browserFolder } from "@tradesage/stack";
import { type Browser, chromium } from "playwright-core";

/** Starts the browser of the environment (CHROMIUM), else the one that `npm test` has fetched. */
export async function openBrowser(): Promise<Browser> {
  const named = process.env["CHROMIUM"];
  const executablePath = named ?? join(browserFolder, "usr/lib/chromium/chromium-headless-shell");
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: "npm test" fetches it`);
  const fonts = named === undefined ? { FONTCONFIG_FILE: join(browserFolder, "fonts.conf") } : {};
  const launch = (chromiumSandbox: boolean) =>
    chromium.launch({ executablePath, chromiumSandbox, env: { ...process.env, ...fonts } as Record<string, string> });
  // Chromium has no sandbox for root, nor where the kernel gives its user no namespaces of his own.
  return process.getuid?.() === 0 ? launch(false) : launch(true).catch(() => launch(false));
}
