import { z } from "zod";

/** A 64-bit number as decimal digits: JSON numbers end at 2^53. */
export const U64 = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/, "a 64-bit number as decimal digits")
  .refine((digits) => BigInt(digits) < 1n << 64n, "a number below 2^64");
