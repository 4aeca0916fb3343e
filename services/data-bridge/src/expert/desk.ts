import {
  type Hello,
  Instruction,
  type JsonValue,
  parseInput,
  type Report,
  type ReportStored,
  type Snapshot,
  SnapshotRequest,
  subjects,
  type TenantId,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import { evidenceOf } from "./evidence-of.ts";
import { createStore } from "./store.ts";

/** An expert's connection, as the bus knows it. */
export interface Desk {
  /** Answers whoever instructed, and stores what was told for all who follow. */
  take(message: Report | Snapshot): void;
  /** Serves no more; whoever waits is told that nothing is known. */
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly bus: Bus;
  readonly logger: Logger;
  readonly tenant: TenantId;
  readonly hello: Hello;
  readonly session: string;
  /** To the expert. */
  send(message: Instruction | SnapshotRequest | ReportStored): void;
}

/** An answer that came too late is found in a snapshot; the deadline of the request leaves so much to say so. */
const REPLY_MS = 250;

/**
 * Serves a terminal's instructions: a request on the bus is sent to its expert, and the reply is the expert's report. A
 * request whose report does not come in time is answered `unknown`. The same id may be asked again: the expert carries
 * it out once. Without a connection nothing serves, and the bus says so at once. What the expert tells is stored; a
 * report is acknowledged once it is.
 */
export async function openDesk({ bus, logger, tenant, hello, session, send }: DeskOptions): Promise<Desk> {
  const waiting = new Map<string, PromiseWithResolvers<Report>>();
  const store = createStore(bus, logger);

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

  const serving = await Promise.all([
    bus.serve(subjects.instructions(tenant, hello), "data-bridge", ({ payload, deadlineMs }) =>
      instruct(payload, deadlineMs),
    ),
    bus.serve(subjects.snapshotRequests(tenant, hello), "data-bridge", async ({ payload }) => {
      send(parseInput(SnapshotRequest, payload));
      return {};
    }),
  ]);

  return {
    take(message) {
      const evidence = evidenceOf(message, hello, session);
      if (message.type === "snapshot") return store.newest(subjects.snapshot(tenant, hello), evidence);
      const { id } = message;
      waiting.get(id)?.resolve(message);
      store.surely(subjects.report(tenant, hello, id), evidence, () => send({ type: "report-stored", id }));
    },
    async close() {
      for (const [id, { resolve }] of waiting) resolve(unknown(id, "the connection to the terminal ended"));
      await Promise.all(serving.map((one) => one.stop()));
      await store.stop();
    },
  };
}

const unknown = (id: string, detail: string): Report => ({ type: "report", id, outcome: "unknown", detail });
