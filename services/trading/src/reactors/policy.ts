import { setTimeout as pause } from "node:timers/promises";
import {
  type CommandEnvelope,
  type CommandReply,
  type JsonObject,
  Refused,
  refusals,
  type TenantId,
} from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";

export interface PolicyOptions {
  /** Hands a command to its account, which decides. */
  readonly execute: (envelope: CommandEnvelope) => Promise<CommandReply>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** What a policy asks of an account. The same key is the same command, at this try and at every other. */
export interface PolicyCommand {
  readonly tenant: TenantId;
  readonly command: string;
  readonly data: JsonObject;
  readonly key: string;
  /** The event that led to it, and what that belongs to. */
  readonly cause: { readonly event?: string; readonly correlation: string };
}

const RETRY_MS = 1000;

/** Sends a policy's commands until they are answered. */
export function createPolicy({ execute, now, logger }: PolicyOptions) {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function ask({ tenant, command, data, key, cause }: PolicyCommand): Promise<void> {
    const { event, correlation } = cause;
    const envelope = { command, data, tenant, actor: "service:risk", idempotencyKey: key, correlation };
    const at = new Date(now()).toISOString();
    while (!stopping.signal.aborted) {
      try {
        await execute({ ...envelope, at, ...(event !== undefined && { causation: event }) });
        return;
      } catch (error) {
        const isVerdict = error instanceof Refused && refusals[error.code].status < 429;
        logger.warn(
          { err: error, tenant, command, data, isVerdict },
          "an account did not take a command of the policy",
        );
        if (isVerdict) return;
        await pause(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    /** Resolves once the account has answered, or the policy is closed. */
    send(command: PolicyCommand): Promise<void> {
      const asking = ask(command).finally(() => underWay.delete(asking));
      underWay.add(asking);
      return asking;
    },
    async close(): Promise<void> {
      stopping.abort();
      await Promise.allSettled(underWay);
    },
  };
}
export type Policy = ReturnType<typeof createPolicy>;
