import { type CommandEnvelope, type CommandReply, Refused } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import { envelopeOf, trailCommandOf } from "./commands.ts";
import type { VenueOrder } from "./open-orders.ts";
import { isOver } from "./over.ts";
import type { Protection } from "./protections.ts";
import type { Trailing } from "./trailing.ts";

export interface TrailTellerOptions {
  readonly execute: (envelope: CommandEnvelope) => Promise<CommandReply>;
  readonly now: () => number;
  /** Whether it is still what its account has. */
  readonly stands: (what: VenueOrder | Protection) => boolean;
  /** Does it in a while. */
  readonly later: (work: () => void) => void;
  readonly logger: Logger;
}

/** Tells accounts how far their stops have trailed: of each stop one thing at a time, and then the newest. */
export function createTrailTeller({ execute, now, stands, later, logger }: TrailTellerOptions) {
  async function tell(what: VenueOrder | Protection, trailing: Trailing): Promise<void> {
    const cause = "kind" in what ? what.cause : what.placed;
    try {
      for (let next = trailCommandOf(what); next && stands(what); next = trailCommandOf(what)) {
        const { stop } = what;
        const { events } = await execute(envelopeOf(what.tenant, cause, next, new Date(now())));
        // Nothing: it was changed meanwhile, as the history is about to tell.
        if (events.length === 0 || stop === undefined) return;
        trailing.recorded = stop;
      }
    } catch (error) {
      if (error instanceof Refused && isOver(error.code)) return;
      logger.warn({ err: error, tenant: what.tenant }, "an account was not told how far a stop trailed; trying again");
      later(() => start(what));
    }
  }

  /** Resolves when the account knows, or will be told again later. */
  function start(what: VenueOrder | Protection): Promise<void> {
    const { trailing } = what;
    if (!trailing) return Promise.resolve();
    trailing.telling ??= tell(what, trailing).finally(() => {
      trailing.telling = undefined;
    });
    return trailing.telling;
  }
  return start;
}
