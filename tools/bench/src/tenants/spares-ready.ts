import type { Stack } from "@tradesage/stack";
import { until } from "@tradesage/until";

const WITHIN_MS = 120_000;

/** Waits until the tenants service has made as many schemas ready as it keeps, as in an installation that stands for a while. */
export async function sparesReady(stack: Stack, count: number): Promise<void> {
  const { tenantsManagement } = stack.process("tenants").description.ports;
  await until(
    "the spare schemas are ready",
    async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${tenantsManagement}/metrics`)).text();
      return Number(/^tradesage_spare_schemas\{.*\} (\d+)/m.exec(metrics)?.[1] ?? 0) >= count;
    },
    WITHIN_MS,
  );
}
