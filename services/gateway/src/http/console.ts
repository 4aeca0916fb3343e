import type { TemplatedApp } from "uWebSockets.js";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { exchange, type Reply } from "./exchange.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page runs its own files only, speaks with this gateway only, and stands in no frame. */
const guarded = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Serves the built console (tools/console) from memory. */
export function registerConsole(app: TemplatedApp, folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const contentType = contentTypes[extname(file)];
    if (contentType === undefined) continue;
    const replyTo = replies(readFileSync(join(folder, file)), contentType, cachingOf(file));
    const paths = file === "index.html" ? ["/console", "/console/"] : [`/console/${file}`];
    for (const path of paths) {
      app.get(path, (res, req) => {
        const request = exchange(res, req, 0);
        request.reply(replyTo(request.header("accept-encoding"), request.header("if-none-match")));
      });
    }
  }
}

/** Vite writes a digest of its content into the name of an asset; the page itself is asked for anew each time. */
const cachingOf = (file: string) =>
  file.startsWith("assets/") ? "public, max-age=31536000, immutable" : "public, no-cache";

function replies(body: Buffer, contentType: string, caching: string) {
  const zipped = gzipSync(body, { level: 9 });
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = { ...guarded, "content-type": contentType, "cache-control": caching, etag, vary: "accept-encoding" };
  return (acceptEncoding: string, ifNoneMatch: string): Reply => {
    if (ifNoneMatch === etag) return { status: 304, headers, body: "" };
    return /\bgzip\b/.test(acceptEncoding)
      ? { status: 200, headers: { ...headers, "content-encoding": "gzip" }, body: zipped }
      : { status: 200, headers, body };
  };
}
