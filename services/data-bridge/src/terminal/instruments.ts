import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CommandEnvelope,
  canonicalJson,
  type InstrumentDefinition,
  instrumentCommands,
  type JsonValue,
  Refused,
  subjects,
  type TenantId,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import { inParallel } from "../in-parallel.ts";
import { TerminalFault } from "../terminal-fault.ts";

interface Session {
  readonly id: string;
  readonly tenant: TenantId;
  /** Whether the tenant is known to be active because ticks of it were taken before. */
  readonly isKnown: boolean;
  readonly signal: AbortSignal;
}

/** Makes a terminal's symbols known as instruments. */
export interface Instruments {
  /**
   * Resolves when all are defined; also when the service that defines them is away and the tenant is known to be
   * active: ticks do not wait for it, and the instruments follow as soon as it is back.
   * Throws INVALID_INPUT for a specification that contradicts itself, FORBIDDEN for a tenant that is not active.
   */
  define(session: Session, definitions: readonly InstrumentDefinition[]): Promise<void>;
}

const { name } = instrumentCommands.DefineInstrument;
const PARALLEL = 16;
const RETRY_MS = 2_000;

export function createInstruments(bus: Pick<Bus, "request">, logger: Logger): Instruments {
  const active = new Set<TenantId>();

  async function defineOne({ id, tenant }: Session, data: InstrumentDefinition): Promise<void> {
    const envelope: CommandEnvelope = {
      command: name,
      data,
      tenant,
      actor: "service:data-bridge",
      // Of the connection as well: a specification may go back to what it was, and that is news.
      idempotencyKey: `${id}-${hash("sha256", canonicalJson(data)).slice(0, 32)}`,
      correlation: id,
      at: new Date().toISOString(),
    };
    await bus.request(subjects.command("trading", tenant, name, data.symbol), envelope as unknown as JsonValue);
  }

  async function defineAll(session: Session, definitions: readonly InstrumentDefinition[]): Promise<void> {
    await inParallel(definitions, PARALLEL, (definition) => defineOne(session, definition));
    active.add(session.tenant);
  }

  async function defineLater(session: Session, definitions: readonly InstrumentDefinition[]): Promise<void> {
    while (!session.signal.aborted) {
      try {
        await sleep(RETRY_MS, undefined, { signal: session.signal });
        return await defineAll(session, definitions);
      } catch (error) {
        if (!session.signal.aborted) logger.warn({ err: error, tenant: session.tenant }, "instruments are not defined");
      }
    }
  }

  return {
    async define(session, definitions) {
      try {
        await defineAll(session, definitions);
      } catch (error) {
        if (error instanceof Refused) throwVerdict(error);
        if (!session.isKnown && !active.has(session.tenant)) throw error;
        logger.warn({ err: error, tenant: session.tenant }, "instruments are defined later");
        void defineLater(session, definitions);
      }
    },
  };
}

/** What is final for the terminal; any other refusal is a fault of ours that may pass. */
function throwVerdict({ code, message }: Refused): void {
  if (code === "INVALID_INPUT") throw new TerminalFault("INVALID_INPUT", message);
  if (code === "TENANT_NOT_ACTIVE" || code === "TENANT_NOT_FOUND") throw new TerminalFault("FORBIDDEN", message);
}
