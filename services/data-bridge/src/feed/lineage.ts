import { hash } from "node:crypto";
import type { Hello } from "@tradesage/contracts";

/**
 * The epoch that batches carry on the bus: one number for terminal and epoch, so that two terminals that happen to
 * choose the same epoch are never taken for one numbering.
 */
export const lineageOf = ({ server, login, epoch }: Pick<Hello, "server" | "login" | "epoch">): bigint =>
  hash("sha256", `${server}\n${login}\n${epoch}`, "buffer").readBigUInt64LE();
