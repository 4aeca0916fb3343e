import type { RefusalCode } from "@tradesage/contracts";

const codes: ReadonlySet<RefusalCode> = new Set(["ORDER_NOT_OPEN", "ORDER_NOT_FOUND", "EXECUTION_EXISTS", "OVERFILL"]);

/** Whether an account says so that an order needs no venue any more. */
export const isOver = (code: RefusalCode): boolean => codes.has(code);
