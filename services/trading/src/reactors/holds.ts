import { type BackupEvent, type CommandEnvelope, type CommandReply, refuse, type TenantId } from "@tradesage/contracts";

type Handle = (envelope: CommandEnvelope) => Promise<CommandReply>;

/** Which tenants were restored and not released yet, as the history has told so far. */
export interface Holds {
  apply(tenant: TenantId, event: { readonly type: string }): void;
  /** The same, but refusing TENANT_HELD: nothing is decided for the tenant, and nothing goes to a venue. */
  unlessHeld(handle: Handle): Handle;
}

export function createHolds(): Holds {
  const held = new Set<TenantId>();
  return {
    apply(tenant, { type }) {
      if (type === ("RestoreBegun" satisfies BackupEvent["type"])) held.add(tenant);
      if (type === ("TenantReleased" satisfies BackupEvent["type"])) held.delete(tenant);
    },
    unlessHeld: (handle) => async (envelope) => (held.has(envelope.tenant) ? refuse("TENANT_HELD") : handle(envelope)),
  };
}
