import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type JsonObject,
  type JsonValue,
  PLATFORM,
  type Principal,
  streams,
  type TenantId,
} from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { createSigningKeys, loadSigner, loadVerifier } from "@tradesage/secrets";
import { startTelemetry } from "@tradesage/telemetry";
import { type Gateway, type GatewayOptions, startGateway } from "../src/gateway.ts";

const telemetry = startTelemetry({ service: "gateway-test", logLevel: "silent" });
const variable = (name: string) => process.env[name] ?? "";

/** A gateway in this process, against the real bus and event store, with keys of its own. */
export interface Rig {
  readonly url: string;
  readonly keys: string;
  readonly bus: Bus;
  readonly eventStore: EventStore;
  readonly gateway: Gateway;
  token(principal: Partial<Principal>, ttlSeconds?: number): Promise<string>;
  /** Appends to a stream, at its end; resolves to the position of the last event. */
  append(stream: string, events: readonly { type: string; data: JsonObject }[]): Promise<bigint>;
  /** A tenant that exists; active unless told. */
  tenant(status?: "active" | "provisioning"): Promise<TenantId>;
  /** Answers requests on a subject in place of a service; keeps what it was asked. */
  respond(subject: string, answer: (payload: Asked) => JsonValue | Promise<JsonValue>): Promise<Asked[]>;
  close(): Promise<void>;
}

interface RigOptions {
  readonly allowedOrigins?: readonly string[];
  readonly consoleFolder?: string;
  readonly requestsPerSecond?: { readonly address: number; readonly user: number };
  readonly deadlines?: GatewayOptions["deadlines"];
}

const many = { address: 1_000_000, user: 1_000_000 };

/** What a service is asked. */
export interface Asked {
  readonly subject: string;
  readonly payload: { readonly data: JsonObject } & JsonObject;
}

export async function startRig({
  allowedOrigins = [],
  consoleFolder,
  requestsPerSecond = many,
  deadlines = {},
}: RigOptions = {}): Promise<Rig> {
  const keys = mkdtempSync(join(tmpdir(), "tradesage-gateway-"));
  await createSigningKeys(keys);
  const signer = await loadSigner(keys);
  const bus = await connectBus({ url: variable("NATS_URL"), name: "gateway-test" });
  const eventStore = connectEventStore({ connectionString: variable("EVENTSTORE_URL") });
  telemetry.metrics.clear();
  const gateway = await startGateway({
    host: "127.0.0.1",
    port: 0,
    allowedOrigins,
    consoleFolder,
    requestsPerSecond,
    deadlines,
    bus,
    eventStore,
    verifier: await loadVerifier(keys),
    logger: telemetry.logger,
    metrics: telemetry.metrics,
    onFatal: (error) => {
      throw error;
    },
  });
  const revisions = new Map<string, bigint>();

  const append: Rig["append"] = async (stream, events) => {
    const written = events.map(({ type, data }) => ({ id: randomUUID(), type, data, metadata: metadataOf(stream) }));
    const { revision, position } = await eventStore.append(stream, written, revisions.get(stream) ?? "no_stream");
    revisions.set(stream, revision);
    return position;
  };

  return {
    url: `http://127.0.0.1:${gateway.port}`,
    keys,
    bus,
    eventStore,
    gateway,
    append,
    token: ({ subject = "ann", tenant = PLATFORM, roles = ["trader"] }, ttlSeconds = 300) =>
      signer.sign({ subject, tenant, roles }, ttlSeconds),
    async tenant(status = "active") {
      const tenantId = `t${randomBytes(6).toString("hex")}`;
      const requested = { type: "TenantRequested", data: { tenantId, name: tenantId, template: "trading" } };
      const activated = { type: "TenantActivated", data: { tenantId } };
      await append(streams.tenant(tenantId), status === "active" ? [requested, activated] : [requested]);
      return tenantId;
    },
    async respond(subject, answer) {
      const asked: Asked[] = [];
      await bus.serve(subject, "test", async (request) => {
        const one = { subject: request.subject, payload: request.payload as Asked["payload"] };
        asked.push(one);
        return answer(one);
      });
      return asked;
    },
    async close() {
      await gateway.stop();
      await bus.close();
      await eventStore.close();
      rmSync(keys, { recursive: true });
    },
  };
}

const metadataOf = (stream: string): JsonObject => ({
  tenant: stream.split("-")[0] ?? "",
  actor: "test",
  command: randomUUID(),
  digest: "0".repeat(64),
  correlation: "test",
  at: new Date().toISOString(),
  schema: 1,
});
