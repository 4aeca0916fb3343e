import { hash, timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  parseStream,
  parseTerminalKey,
  refuse,
  streams,
  type TenantEvent,
  type TenantId,
  type TerminalKeyId,
} from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { createRates } from "@tradesage/listener";
import type { Logger } from "@tradesage/telemetry";
import { shareReadings } from "./shared-readings.ts";
import { TerminalFault } from "./terminal-fault.ts";

/** Whose ticks a terminal brings: only its key says so. */
export interface Admitted {
  readonly tenant: TenantId;
  /** Aborted with a TerminalFault when the key opens no more: it was revoked, or its tenant suspended. */
  readonly withdrawn: AbortSignal;
}

/** `address` is where the terminal dials in from. */
export type Admit = (authorization: string, address: string) => Promise<Admitted>;

export interface AdmissionOptions {
  readonly eventStore: EventStore;
  readonly logger: Logger;
  /** Keys that are not known and are looked for, a second and address. */
  readonly keysPerAddress: number;
}

export interface Admission {
  /**
   * Lets in who brings a key of an active tenant. Refuses UNAUTHENTICATED, and RATE_LIMITED where too many keys that are
   * not known came from there; throws a TerminalFault TENANT_NOT_ACTIVE.
   */
  readonly admit: Admit;
  /** Rejects when the history cannot be followed any more: revoked keys would go unnoticed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const RETRY_MS = 500;
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
const followed = [
  "TenantActivated",
  "TenantSuspended",
  "TenantResumed",
  "TerminalKeyIssued",
  "TerminalKeyRevoked",
] as const satisfies TenantEvent["type"][];

/** Whether an Authorization header brings anything to look at (RFC 6750 section 2.1). */
export const isBearer = (authorization: string): boolean => bearer.test(authorization);

interface Key {
  readonly digest: Buffer;
  readonly withdrawn: AbortController;
}

interface Tenant {
  isActive: boolean;
  /** Those that open. A suspended tenant's are others when it is resumed: the old ones' terminals were sent away. */
  readonly keys: Map<TerminalKeyId, Key>;
  revision: bigint;
}

/**
 * Knows the keys of the tenants whose terminals have come. What is not known to open is looked for in the tenant's own
 * stream, so that a key opens the moment it is issued: for each address so often a second, and twice as often at once.
 * What is known opens however often it comes, and while the event store is away.
 */
export async function openAdmission({ eventStore, logger, keysPerAddress }: AdmissionOptions): Promise<Admission> {
  const lookups = createRates(keysPerAddress);
  const tenants = new Map<TenantId, Tenant>();
  const following = new AbortController();
  const { signal } = following;
  const live = Promise.withResolvers<void>();

  async function read(tenantId: TenantId): Promise<void> {
    const from = (tenants.get(tenantId)?.revision ?? -1n) + 1n;
    for await (const recorded of eventStore.readStream(streams.tenant(tenantId), { from })) {
      const tenant = tenants.get(tenantId) ?? { isActive: false, keys: new Map<TerminalKeyId, Key>(), revision: -1n };
      tenants.set(tenantId, tenant);
      change(tenant, { type: recorded.type, data: recorded.data } as TenantEvent);
      tenant.revision = recorded.revision;
    }
  }
  const readOn = shareReadings(read);

  /** A change of a tenant that is known takes effect, however often it has to be asked for. */
  async function takeEffect(tenantId: TenantId): Promise<void> {
    while (!signal.aborted) {
      try {
        return await readOn(tenantId);
      } catch (error) {
        logger.warn({ err: error, tenant: tenantId }, "a tenant's keys cannot be read now; trying again");
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
  async function follow(): Promise<void> {
    for await (const delivery of eventStore.subscribeToAll({ after: "end", eventTypes: followed, signal })) {
      if (delivery.kind === "caught-up") live.resolve();
      if (delivery.kind !== "event") continue;
      const stream = parseStream(delivery.event.stream);
      if (stream?.aggregate === "tenant" && tenants.has(stream.tenant)) await takeEffect(stream.tenant);
    }
  }

  const ended = follow();
  ended.catch(live.reject);
  await live.promise;
  return {
    async admit(authorization, address) {
      const [, text = ""] = bearer.exec(authorization) ?? [];
      const said = parseTerminalKey(text) ?? refuse("UNAUTHENTICATED", "This is no terminal key");
      const digest = hash("sha256", text, "buffer");
      const find = () => {
        const tenant = tenants.get(said.tenantId);
        const key = tenant?.keys.get(said.keyId);
        return tenant && key && timingSafeEqual(key.digest, digest) ? { tenant, key } : undefined;
      };
      if (!find()?.tenant.isActive) {
        lookups.take(address);
        await readOn(said.tenantId);
      }
      const { tenant, key } = find() ?? refuse("UNAUTHENTICATED", "This terminal key opens nothing");
      if (!tenant.isActive) throw new TerminalFault("TENANT_NOT_ACTIVE");
      return { tenant: said.tenantId, withdrawn: key.withdrawn.signal };
    },
    ended,
    async stop() {
      following.abort();
      await ended.catch(() => undefined);
    },
  };
}

function change(tenant: Tenant, event: TenantEvent): void {
  switch (event.type) {
    case "TenantActivated":
    case "TenantResumed":
      tenant.isActive = true;
      break;
    case "TenantSuspended":
      tenant.isActive = false;
      for (const [keyId, { digest, withdrawn }] of tenant.keys) {
        tenant.keys.set(keyId, { digest, withdrawn: new AbortController() });
        withdrawn.abort(new TerminalFault("TENANT_NOT_ACTIVE", "The tenant was suspended"));
      }
      break;
    case "TerminalKeyIssued":
      tenant.keys.set(event.data.keyId, {
        digest: Buffer.from(event.data.digest, "hex"),
        withdrawn: new AbortController(),
      });
      break;
    case "TerminalKeyRevoked":
      tenant.keys.get(event.data.keyId)?.withdrawn.abort(new TerminalFault("KEY_REVOKED"));
      tenant.keys.delete(event.data.keyId);
      break;
  }
}
