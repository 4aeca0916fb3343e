import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "@tradesage/telemetry";
import type { Readiness } from "./readiness.ts";

interface ManagementOptions {
  readonly host: string;
  readonly port: number;
  readonly about: { readonly service: string; readonly version: string };
  readonly metrics: Registry;
  readonly readiness: Readiness;
}

/** Serves `GET /health` (200 while the process lives), `/ready` (200 or 503, and each check) and `/metrics` (Prometheus). */
export async function serveManagement({ host, port, about, metrics, readiness }: ManagementOptions) {
  const startedAt = new Date().toISOString();
  const routes: Record<string, (response: ServerResponse) => Promise<void>> = {
    "/health": async (response) => json(response, 200, { status: "alive", ...about, pid: process.pid, startedAt }),
    "/ready": async (response) => {
      const report = await readiness.report();
      json(response, report.ready ? 200 : 503, { ...about, ...report });
    },
    "/metrics": async (response) => {
      const text = await metrics.metrics();
      response.writeHead(200, { "content-type": metrics.contentType }).end(text);
    },
  };

  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const route = Object.hasOwn(routes, request.url ?? "") ? routes[request.url ?? ""] : undefined;
    if (!route) return json(response, 404, { error: "not found" });
    if (request.method !== "GET") return json(response, 405, { error: "only GET" });
    route(response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(port, host);
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
