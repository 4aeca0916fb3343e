import { CommandEnvelope, type CommandReply, parseInput, refuse, subjects } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";

/** Every command that a service takes from the bus, by name: a closed table. */
export type CommandTable = Readonly<Record<string, (envelope: CommandEnvelope) => Promise<CommandReply>>>;

/**
 * Answers the commands of a service, shared by its instances through a queue group. The envelope must say what the
 * subject says, since the bus grants by subject: the subject's tenant is the one that was authorised.
 */
export const serveCommands = (bus: Pick<Bus, "serve">, service: string, table: CommandTable) =>
  bus.serve(subjects.commandsOf(service), service, async ({ subject, payload }) => {
    const envelope = parseInput(CommandEnvelope, payload);
    const [, , tenant, command] = subject.split(".");
    if (envelope.tenant !== tenant || envelope.command !== command) {
      return refuse("INVALID_INPUT", "the envelope names another tenant or command than its subject");
    }
    const handle = Object.hasOwn(table, envelope.command) ? table[envelope.command] : undefined;
    if (!handle) return refuse("INVALID_INPUT", `${service} takes no command ${envelope.command}`);
    return await handle(envelope);
  });
