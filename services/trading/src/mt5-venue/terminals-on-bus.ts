import { Report, subjects } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Terminals } from "./terminals.ts";

/** The bridge answers within the instruction's own time; a little more, so that its word comes before our doubt. */
const INSTRUCT_MS = 12_000;
const LOOK_MS = 2_000;

/** Terminals by way of the bridges that they are connected to. */
export const terminalsOnBus = (bus: Pick<Bus, "request">): Terminals => ({
  async instruct(tenant, terminal, instruction) {
    const subject = subjects.instructions(tenant, terminal);
    return Report.parse(await bus.request(subject, instruction, { deadlineMs: INSTRUCT_MS }));
  },
  async look(tenant, terminal, request) {
    await bus.request(subjects.snapshotRequests(tenant, terminal), request, { deadlineMs: LOOK_MS });
  },
});
