import type { CommandHandler, CommandTable } from "@tradesage/command-handler";
import { refuse } from "@tradesage/contracts";

/** What this service takes from the bus. The tenant's other commands are its own policy's, in this process. */
export function endpoints({ handle }: CommandHandler): CommandTable {
  const ofThatTenant: CommandHandler["handle"] = (envelope) =>
    envelope.data["tenantId"] === envelope.tenant
      ? handle(envelope)
      : refuse("INVALID_INPUT", "the tenant of the command is not the one that the envelope is for");
  return {
    CreateTenant: ofThatTenant,
    RenameTenant: ofThatTenant,
    SuspendTenant: ofThatTenant,
    ResumeTenant: ofThatTenant,
    ChangeTemplate: ofThatTenant,
    RequestDeletion: ofThatTenant,
    CancelDeletion: ofThatTenant,
    SetAlarmThreshold: ofThatTenant,
    SetRetention: ofThatTenant,
    IssueTerminalKey: ofThatTenant,
    RevokeTerminalKey: ofThatTenant,
  };
}
