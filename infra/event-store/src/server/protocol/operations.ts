import type operationsPb from "@eventstore/db-client/generated/operations_pb.js";
import type { Groups } from "../persistent/groups.ts";
import { scavengeNotFound, unimplemented } from "./failures.ts";
import { empty } from "./identifiers.ts";
import { unary } from "./unary.ts";

/** So long the answer to a shutdown has to reach its client. */
const LAST_ANSWER_MS = 100;

/** What operators of EventStoreDB ask of a node, as far as one that stands alone can do it. */
export function operations(groups: Groups, endServer: () => void) {
  return {
    startScavenge: unary(() => {
      throw unimplemented(
        'This server compacts its data while it does not run: end it, then "tradesage event-store compact --data DIR".',
      );
    }),
    stopScavenge: unary((request: operationsPb.StopScavengeReq) => {
      throw scavengeNotFound(request.getOptions()?.getScavengeId() ?? "");
    }),
    shutdown: unary(() => {
      setTimeout(endServer, LAST_ANSWER_MS);
      return empty();
    }),
    /** There is one index, which is whole at any time. */
    mergeIndexes: unary(empty),
    resignNode: unary(standsAlone),
    setNodePriority: unary(standsAlone),
    restartPersistentSubscriptions: unary(async () => {
      await groups.restart();
      return empty();
    }),
  };
}

function standsAlone(): never {
  throw unimplemented("This server stands alone: it leads, and there is none to take its place.");
}
