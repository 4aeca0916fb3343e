import type { Api } from "@tradesage/client";

const WITHIN_MS = 30_000;

/** Creates a tenant and waits until it is active. */
export async function createTenant(operator: Api, tenantId: string): Promise<void> {
  const { position } = await operator.call("createTenant", { tenantId });
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const { status } = await operator.call("getTenant", { tenantId }, { after: position });
    if (status === "active") return;
    if (Date.now() > deadline) throw new Error(`the tenant is still ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
