import { until } from "@tradesage/until";
import type { Tenant } from "./installation.ts";

/** Until what the account is worth has been sampled behind its last booking: nothing is written of its own accord then. */
export async function untilSampled(tenant: Tenant, accountId: string, balance: string): Promise<void> {
  await until("what the account is worth is sampled", async () => {
    const { items } = await tenant.admin.call("listEquity", { accountId });
    return items.at(-1)?.balance === balance;
  });
}
