import type { CommandHandler, CommandTable } from "@tradesage/command-handler";
import { type CommandEnvelope, refuse, streams } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";

/** What this service takes from the bus. What its own policy sends stays in this process. */
export function endpoints({ handle }: CommandHandler, eventStore: Pick<EventStore, "readStream">): CommandTable {
  async function exists(tenant: string): Promise<boolean> {
    for await (const _ of eventStore.readStream(streams.tenant(tenant), { limit: 1 })) return true;
    return false;
  }
  function ofItsTenant(envelope: CommandEnvelope): CommandEnvelope {
    if (envelope.data["tenantId"] === envelope.tenant) return envelope;
    return refuse("INVALID_INPUT", "the tenant of the command is not the one that the envelope is for");
  }
  return {
    async RequestBackup(envelope) {
      if (!(await exists(ofItsTenant(envelope).tenant))) return refuse("TENANT_NOT_FOUND");
      return handle(envelope);
    },
    ReleaseTenant: async (envelope) => handle(ofItsTenant(envelope)),
    RequestRestoreTest: async (envelope) => handle(ofItsTenant(envelope)),
  };
}
