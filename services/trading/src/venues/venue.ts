import type { TenantId } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";

/** Where the orders of accounts execute. It keeps nothing but what the accounts' events say. */
export interface Venue {
  /** Takes the next event of an account of its own, from the first one on. */
  apply(tenant: TenantId, recorded: RecordedEvent): void;
  /** Drops what is known of a tenant that is no more. */
  forget(tenant: TenantId): void;
  /** From now on orders execute: the history has been seen up to here. */
  open(): void;
  openOrders(): number;
  /** Begins nothing more, and waits for what is under way. */
  close(): Promise<void>;
}
