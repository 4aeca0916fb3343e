import type { CommandEnvelope, CommandReply } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { createHolds } from "./holds.ts";

const envelope = (tenant: string) => ({ tenant }) as CommandEnvelope;

test("nothing is decided for a restored tenant until it is released, and others trade on", async () => {
  const holds = createHolds();
  const handle = holds.unlessHeld(async ({ tenant }) => ({ commandId: tenant }) as CommandReply);
  holds.apply("acme", { type: "RestoreBegun" });
  await expect(handle(envelope("acme"))).rejects.toMatchObject({ code: "TENANT_HELD" });
  expect(await handle(envelope("globex"))).toEqual({ commandId: "globex" });
  holds.apply("acme", { type: "RestoreFinished" });
  await expect(handle(envelope("acme"))).rejects.toMatchObject({ code: "TENANT_HELD" });
  holds.apply("acme", { type: "TenantReleased" });
  expect(await handle(envelope("acme"))).toEqual({ commandId: "acme" });
});
