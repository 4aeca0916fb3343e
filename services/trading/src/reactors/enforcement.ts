import {
  type AccountEvent,
  type AccountId,
  type DeskEvent,
  type EventMetadata,
  type OrderId,
  PLATFORM,
  type Scope,
  type TenantId,
} from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Desks } from "./desks.ts";
import type { Policy } from "./policy.ts";

export interface Enforcement {
  /** Takes the next event of an account or a desk, from the first one on. */
  apply(tenant: Scope, recorded: RecordedEvent): void;
  /** Drops the accounts of a tenant that is no more. */
  forget(tenant: TenantId): void;
  /** From now on accounts are told: the history has been seen up to here. */
  open(): void;
}

/**
 * Has the orders cancelled that accounts may not have any more when their desk is restricted; also one that was placed
 * in that moment and stands in the history behind it.
 */
export function createEnforcement(desks: Desks, policy: Pick<Policy, "send">): Enforcement {
  /** Orders that could open something, by tenant and account. */
  const opening = new Map<TenantId, Map<AccountId, Set<OrderId>>>();
  let isOpen = false;

  function ordersOf(tenant: TenantId, accountId: AccountId): Set<OrderId> {
    const accounts = opening.get(tenant) ?? new Map<AccountId, Set<OrderId>>();
    opening.set(tenant, accounts);
    const orders = accounts.get(accountId) ?? new Set<OrderId>();
    accounts.set(accountId, orders);
    return orders;
  }

  function enforce(tenant: TenantId, accountId: AccountId, key: string, cause: RecordedEvent | undefined): void {
    if (!isOpen || desks.of(tenant).length === 0) return;
    const { correlation = key } = (cause?.metadata ?? {}) as Partial<EventMetadata>;
    void policy.send({
      ...{ tenant, command: "EnforceTradingState", data: { accountId }, key },
      cause: { ...(cause && { event: cause.id }), correlation },
    });
  }

  function enforceAll(scope: Scope, key: string, cause?: RecordedEvent): void {
    for (const [tenant, accounts] of opening) {
      if (scope !== PLATFORM && scope !== tenant) continue;
      for (const [accountId, orders] of accounts) if (orders.size > 0) enforce(tenant, accountId, key, cause);
    }
  }

  return {
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent | DeskEvent;
      if (event.type === "DeskStateChanged") enforceAll(event.data.tenantId, recorded.id, recorded);
      if (event.type === "OrderPlaced" && !event.data.reduceOnly) {
        ordersOf(tenant, event.data.accountId).add(event.data.orderId);
        enforce(tenant, event.data.accountId, recorded.id, recorded);
      }
      if (event.type === "OrderCancelled" || (event.type === "OrderFilled" && event.data.remaining === "0"))
        ordersOf(tenant, event.data.accountId).delete(event.data.orderId);
    },
    forget: (tenant) => void opening.delete(tenant),
    open() {
      isOpen = true;
      // A process before this one may have died between a desk's event and the end of its orders.
      enforceAll(PLATFORM, `enforce:${crypto.randomUUID()}`);
    },
  };
}
