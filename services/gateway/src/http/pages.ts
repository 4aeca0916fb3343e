import type { TemplatedApp } from "uWebSockets.js";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isRefusalCode, Refused, refusals } from "@tradesage/contracts";
import { docsPage, docsScript, problemPage } from "./docs.ts";
import { exchange, type Reply } from "./exchange.ts";
import { json, problem } from "./replies.ts";

const require = createRequire(import.meta.url);

/** Whatever it shows comes from here: the reference works without the internet. */
const pageHeaders = {
  "cache-control": "public, max-age=300",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

const page = (contentType: string, body: string | Uint8Array): Reply => ({
  status: 200,
  headers: { "content-type": contentType, ...pageHeaders },
  body,
});
const fileOf = (contentType: string, path: string): Reply => page(contentType, readFileSync(path));

/** Serves what needs no token: health, the API's documents, their reference page, and what each problem means. */
export function registerPages(app: TemplatedApp): void {
  const pages: Readonly<Record<string, Reply>> = {
    "/health": json(200, { status: "alive" }),
    "/openapi.json": fileOf("application/json", require.resolve("@tradesage/contracts/openapi.json")),
    "/asyncapi.json": fileOf("application/json", require.resolve("@tradesage/contracts/asyncapi.json")),
    "/docs": page("text/html; charset=utf-8", docsPage),
    "/docs/start.js": page("text/javascript; charset=utf-8", docsScript),
    "/docs/swagger-ui.css": fileOf("text/css; charset=utf-8", require.resolve("swagger-ui-dist/swagger-ui.css")),
    "/docs/swagger-ui-bundle.js": fileOf(
      "text/javascript; charset=utf-8",
      require.resolve("swagger-ui-dist/swagger-ui-bundle.js"),
    ),
  };
  for (const [path, reply] of Object.entries(pages)) app.get(path, (res, req) => exchange(res, req, 0).reply(reply));

  app.get("/problems/:code", (res, req) => {
    const request = exchange(res, req, 1);
    const [code] = request.params;
    if (!isRefusalCode(code)) return request.reply(problem(new Refused("ROUTE_NOT_FOUND"), request));
    request.reply(page("text/html; charset=utf-8", problemPage(code, refusals[code])));
  });
}
