import { refuse, terminalKeyQueries } from "@tradesage/contracts";
import { platformQuestion } from "../question.ts";

export const terminalKeysQuestion = platformQuestion(
  terminalKeyQueries.terminalKeys,
  "terminal_keys",
  async (db, { tenantId }) => {
    const tenant = await db
      .selectFrom("tenants")
      .select("tenant_id")
      .where("tenant_id", "=", tenantId)
      .executeTakeFirst();
    if (!tenant) return refuse("TENANT_NOT_FOUND");
    const rows = await db
      .selectFrom("terminal_keys")
      .selectAll()
      .where("tenant_id", "=", tenantId)
      .orderBy("issued_at")
      .orderBy("key_id")
      .execute();
    return {
      items: rows.map(({ key_id, label, issued_at, revoked_at }) => ({
        keyId: key_id,
        issuedAt: issued_at,
        ...(label !== null && { label }),
        ...(revoked_at !== null && { revokedAt: revoked_at }),
      })),
    };
  },
);
