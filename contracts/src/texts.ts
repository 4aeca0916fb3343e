import { z } from "zod";

/** What somebody calls a thing: a tenant, an account, a key. */
export const DisplayName = z.string().trim().min(1).max(120);

/** Why somebody did it, in his words. */
export const Reason = z.string().trim().min(1).max(500);
