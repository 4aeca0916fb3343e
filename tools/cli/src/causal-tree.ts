import type { AuditEntry } from "@tradesage/contracts";

/** A command, the events that came of it, and the commands that policies sent because of one of them. */
export interface CausedCommand {
  readonly command: string;
  readonly actor: string;
  readonly requestedAt: string;
  readonly causation?: string;
  readonly events: readonly AuditEntry[];
  readonly led: readonly CausedCommand[];
}

/** The events of one outside request as a tree. A command whose cause is not among them stands at the top. */
export function causalTree(events: readonly AuditEntry[]): readonly CausedCommand[] {
  const byCommand = Map.groupBy(events, ({ command }) => command);
  const commandOfEvent = new Map(events.map(({ eventId, command }) => [eventId, command]));
  const causeOf = (command: string) => {
    const causation = byCommand.get(command)?.[0]?.causation;
    return causation === undefined ? undefined : commandOfEvent.get(causation);
  };
  const ledBy = Map.groupBy(byCommand.keys(), causeOf);
  const nodes = (cause: string | undefined): readonly CausedCommand[] =>
    (ledBy.get(cause) ?? []).map((command) => nodeOf(command, byCommand.get(command) ?? [], nodes(command)));
  return nodes(undefined);
}

function nodeOf(command: string, events: readonly AuditEntry[], led: readonly CausedCommand[]): CausedCommand {
  const { actor = "", requestedAt = "", causation } = events[0] ?? {};
  return { command, actor, requestedAt, ...(causation !== undefined && { causation }), events, led };
}

/** The tree as text: under each command its events, under each event the commands that it led to. */
export function drawTree(commands: readonly CausedCommand[], indent = ""): string {
  return commands.flatMap((command) => drawCommand(command, indent)).join("\n");
}

function drawCommand({ command, actor, requestedAt, events, led }: CausedCommand, indent: string): string[] {
  return [
    `${indent}${requestedAt} ${actor}, command ${command}`,
    ...events.flatMap(({ eventId, type, stream, revision, position }) => [
      `${indent}  ${type} in ${stream} #${revision} at ${position}`,
      ...led.filter(({ causation }) => causation === eventId).flatMap((next) => drawCommand(next, `${indent}    `)),
    ]),
  ];
}
