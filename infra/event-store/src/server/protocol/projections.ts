import projectionsPb from "@eventstore/db-client/generated/projections_pb.js";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { notFound, unimplemented } from "./failures.ts";
import { empty } from "./identifiers.ts";
import { unary } from "./unary.ts";

const { EnableResp, StatisticsResp } = projectionsPb;

/** The system projections whose streams are indexes here: always on, always up to date. */
const systemProjections = ["$by_category", "$by_event_type", "$streams"];

/** What clients ask about projections. There are those of the system, and no others can be made. */
export const projections = {
  create: unary(() => {
    throw unimplemented(`This server runs no projections but ${systemProjections.join(", ")}.`);
  }),
  enable: unary((request: projectionsPb.EnableReq) => {
    known(request);
    return new EnableResp();
  }),
  disable: unary(unchangeable),
  update: unary(unchangeable),
  delete: unary(unchangeable),
  reset: unary(unchangeable),
  state: unary(stateless),
  result: unary(stateless),
  /** There is nothing to restart: an index is as the events are. */
  restartSubsystem: unary(empty),
  statistics,
};

function statistics(
  call: Parameters<handleServerStreamingCall<projectionsPb.StatisticsReq, projectionsPb.StatisticsResp>>[0],
): void {
  const options = call.request.getOptions();
  const name = options?.getName();
  try {
    if (name) known(call.request);
    // All run continuously: none runs once, or for as long as a query takes.
    const asked = options?.hasTransient() || options?.hasOneTime() ? [] : name ? [name] : systemProjections;
    for (const projection of asked) call.write(new StatisticsResp().setDetails(detailsOf(projection)));
    call.end();
  } catch (failure) {
    call.emit("error", failure);
  }
}

const detailsOf = (name: string): projectionsPb.StatisticsResp.Details =>
  new StatisticsResp.Details()
    .setName(name)
    .setEffectivename(name)
    .setMode("Continuous")
    .setStatus("Running")
    .setProgress(100);

interface Named {
  getOptions(): { getName(): string } | undefined;
}

/** The projection that a request names. Throws a failure for one that is not here. */
function known(request: Named): string {
  const name = request.getOptions()?.getName() ?? "";
  if (systemProjections.includes(name)) return name;
  // EventStoreDB has more of its own, which nobody can have deleted.
  throw name.startsWith("$")
    ? unimplemented(`This server does not run ${name}.`)
    : notFound(`No projection "${name}".`);
}

function unchangeable(request: Named): never {
  throw unimplemented(`${known(request)} is an index of this server: it can be neither changed nor stopped.`);
}

function stateless(request: Named): never {
  throw unimplemented(`${known(request)} is an index of this server: it has no state.`);
}
