import { type ReadonlySignal, signal } from "@preact/signals";
import { ApiUnavailable, createApi } from "@tradesage/client";
import { Refused, type TenantAlarm, type TenantHealth, type TenantView } from "@tradesage/contracts";
import { attempt, type Outcome } from "./outcome.ts";

/** A tenant, and how it fares; without health where it was not looked at. */
export interface WatchedTenant {
  readonly tenant: TenantView;
  readonly health: TenantHealth | undefined;
}

/** All tenants, as an operator sees them. */
export interface Overview {
  readonly tenants: ReadonlySignal<readonly WatchedTenant[] | undefined>;
  /** Why they cannot be read now. */
  readonly problem: ReadonlySignal<string | undefined>;
  /** Above what an alarm of a tenant is raised from the next look on: 0 for never, null for the platform's own. */
  setThreshold(tenantId: string, alarm: TenantAlarm, threshold: number | null, key: string): Promise<Outcome>;
  close(): void;
}

/** The platform itself looks at them every half a minute. */
const READ_EVERY_MS = 5_000;

export function createOverview(options: {
  url: string;
  token: string;
  /** The token is of no use, or not any more. */
  onRefused: (why: string) => void;
}): Overview {
  const api = createApi(options);
  const tenants = signal<readonly WatchedTenant[] | undefined>();
  const problem = signal<string | undefined>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = true;

  async function read(): Promise<void> {
    const [listed, looked] = await Promise.all([api.call("listTenants", {}), api.call("listTenantHealth", {})]);
    const health = new Map(looked.items.map((one) => [one.tenantId, one]));
    tenants.value = listed.items.map((tenant) => ({ tenant, health: health.get(tenant.tenantId) }));
    problem.value = undefined;
  }

  async function readNowAndThen(): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (error instanceof Refused && (error.code === "UNAUTHENTICATED" || error.code === "FORBIDDEN"))
        return isOpen ? options.onRefused(error.message) : undefined;
      if (!(error instanceof Refused || error instanceof ApiUnavailable)) throw error;
      problem.value = error.message;
    }
    if (isOpen) timer = setTimeout(() => void readNowAndThen(), READ_EVERY_MS);
  }
  void readNowAndThen();

  return {
    tenants,
    problem,
    setThreshold: (tenantId, alarm, threshold, key) =>
      attempt(() => api.call("setAlarmThreshold", { tenantId, alarm, threshold }, { idempotencyKey: key })),
    close() {
      isOpen = false;
      clearTimeout(timer);
    },
  };
}
