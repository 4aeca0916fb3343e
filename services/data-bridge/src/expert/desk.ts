import {
  Instruction,
  type JsonValue,
  parseInput,
  type Report,
  type Snapshot,
  subjects,
  type TenantId,
  type TerminalId,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";

/** An expert's connection, as the bus knows it. */
export interface Desk {
  /** Answers whoever instructed, and tells all who listen. */
  take(message: Report | Snapshot): void;
  /** Serves no more; whoever waits is told that nothing is known. */
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly bus: Bus;
  readonly tenant: TenantId;
  readonly terminal: TerminalId;
  /** To the expert. */
  send(instruction: Instruction): void;
}

/** An answer that came too late is found in a snapshot; the deadline of the request leaves so much to say so. */
const REPLY_MS = 250;

/**
 * Serves a terminal's instructions: a request on the bus is sent to its expert, and the reply is the expert's report. A
 * request whose report does not come in time is answered `unknown`. The same id may be asked again: the expert carries
 * it out once. Without a connection nothing serves, and the bus says so at once.
 */
export async function openDesk({ bus, tenant, terminal, send }: DeskOptions): Promise<Desk> {
  const waiting = new Map<string, PromiseWithResolvers<Report>>();

  async function instruct(payload: unknown, deadlineMs: number): Promise<JsonValue> {
    const instruction = parseInput(Instruction, payload);
    const { id } = instruction;
    const reported = waiting.get(id) ?? Promise.withResolvers<Report>();
    waiting.set(id, reported);
    send(instruction);
    const late = setTimeout(
      () => reported.resolve(unknown(id, "no report came in time")),
      Math.max(deadlineMs - REPLY_MS, 0),
    );
    try {
      return await reported.promise;
    } finally {
      clearTimeout(late);
      if (waiting.get(id) === reported) waiting.delete(id);
    }
  }

  const serving = await bus.serve(subjects.instructions(tenant, terminal), "data-bridge", ({ payload, deadlineMs }) =>
    instruct(payload, deadlineMs),
  );

  return {
    take(message) {
      if (message.type === "report") waiting.get(message.id)?.resolve(message);
      const subject = message.type === "report" ? subjects.reports : subjects.snapshots;
      bus.publish(subject(tenant, terminal), Buffer.from(JSON.stringify(message)));
    },
    async close() {
      for (const [id, { resolve }] of waiting) resolve(unknown(id, "the connection to the terminal ended"));
      await serving.stop();
    },
  };
}

const unknown = (id: string, detail: string): Report => ({ type: "report", id, outcome: "unknown", detail });
