import { z } from "zod";
import { PLATFORM, TenantId } from "./ids.ts";

/** What a token's bearer may do. `operator` works on tenants from outside; all others inside one tenant. `auditor`
 * reads its history and nothing else. */
export const Role = z.enum(["operator", "admin", "trader", "viewer", "auditor"]).meta({ id: "Role" });
export type Role = z.output<typeof Role>;

/** Who is asking, as the token says. */
export const Principal = z.object({
  subject: z.string().min(1).max(200),
  tenant: z.union([z.literal(PLATFORM), TenantId]),
  roles: z.array(Role).min(1),
});
export type Principal = z.output<typeof Principal>;
