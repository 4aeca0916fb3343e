import {
  type DeskEvent,
  type DeskTerms,
  PLATFORM,
  type Restriction,
  type Scope,
  type TenantId,
} from "@tradesage/contracts";

/** What the desks of tenants and of the platform say, as the history has told so far. */
export interface Desks {
  apply(event: DeskEvent): void;
  /** What restricts every account of a tenant: its own desk's state before the platform's. */
  of(tenant: TenantId): readonly Restriction[];
  /** On what terms a tenant's accounts trade. */
  termsOf(tenant: TenantId): DeskTerms;
  /** Drops what is known of a tenant that is no more. */
  forget(tenant: TenantId): void;
}

const none: readonly Restriction[] = [];
const usual: DeskTerms = {};

export function createDesks(): Desks {
  const restricted = new Map<Scope, Restriction>();
  const terms = new Map<TenantId, DeskTerms>();
  return {
    apply({ type, data }) {
      if (type === "DeskTermsSet") {
        terms.set(data.tenantId, data);
        return;
      }
      const { tenantId, state, reason = "" } = data;
      const scope = tenantId === PLATFORM ? "platform" : "tenant";
      if (state === "active") restricted.delete(tenantId);
      else restricted.set(tenantId, { scope, state, reason });
    },
    of(tenant) {
      if (restricted.size === 0) return none;
      return [tenant, PLATFORM].flatMap((scope) => restricted.get(scope) ?? []);
    },
    termsOf: (tenant) => terms.get(tenant) ?? usual,
    forget(tenant) {
      restricted.delete(tenant);
      terms.delete(tenant);
    },
  };
}
