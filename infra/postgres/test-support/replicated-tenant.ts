import { randomUUID } from "node:crypto";
import type { TenantId, TenantTemplate } from "@tradesage/contracts";
import {
  connectPostgres,
  connectReplica,
  migratePlatform,
  type Postgres,
  provisionTenantSchema,
  type Replica,
} from "../src/index.ts";
import { type ReplicatedPostgres, startReplicatedPostgres } from "./replicated-postgres.ts";

/** A tenant in a Postgres that is replicated, for tests of what is read from the replica. */
export interface ReplicatedTenant extends AsyncDisposable {
  readonly tenant: TenantId;
  readonly servers: ReplicatedPostgres;
  readonly postgres: Postgres;
  /** Asked however far it is behind. */
  readonly replica: Replica;
  /** Another connection to the replica, which may be so far behind; closed with the rest. */
  replicaBehindAtMost(ms: number): Replica;
}

export async function startReplicatedTenant(template: TenantTemplate): Promise<ReplicatedTenant> {
  const servers = await startReplicatedPostgres();
  const applicationName = "replica-test";
  const postgres = connectPostgres({ url: servers.primary, applicationName });
  const replicas: Replica[] = [];
  const replicaBehindAtMost = (behindAtMostMs: number) => {
    const replica = connectReplica({ url: servers.replica, applicationName, primary: postgres, behindAtMostMs });
    replicas.push(replica);
    return replica;
  };
  const tenant = `t${randomUUID().slice(0, 8)}`;
  await migratePlatform(postgres);
  await provisionTenantSchema(postgres, tenant, template);
  return {
    ...{ tenant, servers, postgres, replicaBehindAtMost },
    replica: replicaBehindAtMost(Number.POSITIVE_INFINITY),
    async [Symbol.asyncDispose]() {
      await Promise.all(replicas.map((replica) => replica.close()));
      await postgres.close();
      await servers[Symbol.asyncDispose]();
    },
  };
}
