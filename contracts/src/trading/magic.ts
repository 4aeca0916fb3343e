import type { AccountId, OrderId } from "../ids.ts";

/**
 * The magic number of an order: what the broker's records are searched by for what came of it. The same for the same
 * order everywhere and for ever, restored copies of an account included; never 0, which is what was placed by hand.
 * FNV-1a, 64 bit (RFC 9923), of which 52 bits are kept, so that no program on the way that counts in doubles changes it.
 */
export function magicOf(accountId: AccountId, orderId: OrderId): string {
  let hash = 0xcbf29ce484222325n;
  for (const char of `${accountId}/${orderId}`) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(char.charCodeAt(0))) * 0x100000001b3n);
  }
  return String((hash >> 12n) | 1n);
}
