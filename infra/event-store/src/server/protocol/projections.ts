import projectionsPb from "@eventstore/db-client/generated/projections_pb.js";
import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import { unimplemented } from "./failures.ts";

/** The system projections whose streams are indexes here: always on, always up to date. */
const systemProjections = ["$by_category", "$by_event_type", "$streams"];

/** Switching a system projection on changes nothing; any other projection there is none. */
export const enableProjection: handleUnaryCall<projectionsPb.EnableReq, projectionsPb.EnableResp> = (
  { request },
  callback,
) => {
  const name = request.getOptions()?.getName() ?? "";
  if (systemProjections.includes(name)) return callback(null, new projectionsPb.EnableResp());
  callback(unimplemented(`This server runs no projections but ${systemProjections.join(", ")}.`));
};

export const projectionStatistics: handleServerStreamingCall<
  projectionsPb.StatisticsReq,
  projectionsPb.StatisticsResp
> = (call) => {
  const name = call.request.getOptions()?.getName();
  for (const projection of systemProjections) {
    if (name && name !== projection) continue;
    const details = new projectionsPb.StatisticsResp.Details()
      .setName(projection)
      .setEffectivename(projection)
      .setMode("Continuous")
      .setStatus("Running")
      .setProgress(100);
    call.write(new projectionsPb.StatisticsResp().setDetails(details));
  }
  call.end();
};
