import type { CommandHandler, CommandTable } from "@tradesage/command-handler";
import { refuse } from "@tradesage/contracts";

/** What this service takes from the bus. The tenant's other commands are its own policy's, in this process. */
export const endpoints = (tenant: CommandHandler): CommandTable => ({
  CreateTenant: (envelope) =>
    envelope.data["tenantId"] === envelope.tenant
      ? tenant.handle(envelope)
      : refuse("INVALID_INPUT", "the tenant to be created is not the one that the command is for"),
});
