import { createHash } from "node:crypto";
import type { Mql5Array } from "../language/runtime.ts";

export const cryptFunctions = {
  CryptEncode(method: number, data: Mql5Array<number>, _key: unknown, result: Mql5Array<number>): number {
    const bytes = Buffer.from(data.items);
    result.items = [...encode(method, bytes)];
    return result.items.length;
  },
};

/** The numbers are those of the list in reference/mql5.mqh. */
function encode(method: number, bytes: Buffer): Buffer {
  if (method === 0) return Buffer.from(bytes.toString("base64"));
  if (method === 4) return createHash("sha1").update(bytes).digest();
  if (method === 5) return createHash("sha256").update(bytes).digest();
  throw new RangeError(`CryptEncode with method ${method} is not there`);
}
