import { type DeskEvent, PLATFORM, type Restriction, type Scope, type TenantId } from "@tradesage/contracts";

/** Which desks are restricted, as the history has told so far. */
export interface Desks {
  apply(event: DeskEvent): void;
  /** What restricts every account of a tenant: its own desk's state before the platform's. */
  of(tenant: TenantId): readonly Restriction[];
}

const none: readonly Restriction[] = [];

export function createDesks(): Desks {
  const restricted = new Map<Scope, Restriction>();
  return {
    apply({ data: { tenantId, state, reason = "" } }) {
      const scope = tenantId === PLATFORM ? "platform" : "tenant";
      if (state === "active") restricted.delete(tenantId);
      else restricted.set(tenantId, { scope, state, reason });
    },
    of(tenant) {
      if (restricted.size === 0) return none;
      return [tenant, PLATFORM].flatMap((scope) => restricted.get(scope) ?? []);
    },
  };
}
