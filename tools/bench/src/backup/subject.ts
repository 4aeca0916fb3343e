import { randomUUID } from "node:crypto";
import { streams, type TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Postgres, provisionTenantSchema } from "@tradesage/postgres";

const TOGETHER = 1000;
/** An account has so many events. */
const OF_AN_ACCOUNT = 10_000;

/** A tenant with so many ticks, 20 of a second, and so many events. */
export async function makeTenant(
  { postgres, eventStore }: { readonly postgres: Postgres; readonly eventStore: EventStore },
  tenant: TenantId,
  { ticks, events }: { readonly ticks: number; readonly events: number },
): Promise<void> {
  const metadata = { tenant, actor: "bench", command: randomUUID(), digest: "0".repeat(64), correlation: "bench" };
  const event = (type: string, data: object) => ({
    ...{ id: randomUUID(), type, data: data as { [key: string]: string } },
    metadata: { ...metadata, at: new Date().toISOString(), schema: 1 },
  });
  const own = { tenantId: tenant, name: tenant, template: "trading" };
  await eventStore.append(streams.tenant(tenant), [event("TenantRequested", own)], "no_stream");
  for (let account = 0; account * OF_AN_ACCOUNT < events; account++) {
    const accountId = `a${account}`;
    let expected: bigint | "no_stream" = "no_stream";
    for (let done = 0; done < Math.min(OF_AN_ACCOUNT, events - account * OF_AN_ACCOUNT); done += TOGETHER) {
      const some = Array.from({ length: TOGETHER }, (_, index) =>
        event("FundsDeposited", { accountId, amount: `${done + index}.25`, balance: `${done * 7 + index}.50` }),
      );
      ({ revision: expected } = await eventStore.append(streams.account(tenant, accountId), some, expected));
    }
  }
  await provisionTenantSchema(postgres, tenant, "trading");
  await postgres.tenant(tenant, async (_, client) => {
    await client.query("insert into feeds (symbol) values ('EURUSD')");
    await client.query(
      `insert into ticks select '2026-01-05'::timestamptz + n * interval '50 milliseconds', 1.1 + n * 7919::bigint % 1000 / 1e5,
         1.10005 + n * 7919::bigint % 1000 / 1e5, 0, 0, 1, 0, 6, 7200, 0, false from generate_series(1, $1::int) n`,
      [ticks],
    );
  });
}
