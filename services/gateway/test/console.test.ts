import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";

let folder: string;
let rig: Rig;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tradesage-console-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>console</title>");
  writeFileSync(join(folder, "assets/index-1a2b.js"), "export {};".repeat(1000));
  rig = await startRig({ consoleFolder: folder });
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, rig.url), { headers });

test("the page is asked for anew each time, and sent only where it has changed", async () => {
  const first = await get("/console");
  expect(first.status).toBe(200);
  expect(first.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(first.headers.get("cache-control")).toBe("public, no-cache");
  const again = await get("/console/", { "if-none-match": first.headers.get("etag") ?? "" });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("its assets, whose names change with them, are kept for ever and travel compressed", async () => {
  const asset = await get("/console/assets/index-1a2b.js", { "accept-encoding": "gzip" });
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(asset.headers.get("content-encoding")).toBe("gzip");
  expect(await asset.text()).toBe("export {};".repeat(1000));
  const plain = await get("/console/assets/index-1a2b.js", { "accept-encoding": "identity" });
  expect(plain.headers.get("content-encoding")).toBe(null);
  expect(await plain.text()).toBe("export {};".repeat(1000));
});

test("it runs no inline script, speaks with no other host and stands in no frame", async () => {
  const policy = (await get("/console")).headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("connect-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain("unsafe");
});

test("nothing outside its folder is served", async () => {
  for (const path of ["/console/assets/none.js", "/console/%2e%2e/package.json", "/console/index.html"])
    expect((await get(path)).status).toBe(404);
});
