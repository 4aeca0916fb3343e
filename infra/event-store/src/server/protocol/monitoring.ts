import { cpus, freemem, loadavg } from "node:os";
import monitoringPb from "@eventstore/db-client/generated/monitoring_pb.js";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import type { Reader } from "../storage/reader.ts";

/** No client gets statistics more often, whatever it asks for. */
const SHORTEST_PERIOD_MS = 100;

/** Statistics of the process, at once and then again and again, until the client goes. */
export function statistics(reader: Reader): handleServerStreamingCall<monitoringPb.StatsReq, monitoringPb.StatsResp> {
  return (call) => {
    let before = usedCpu();
    const send = () => {
      const now = usedCpu();
      const response = new monitoringPb.StatsResp();
      const busy = (now.busyMs - before.busyMs) / Math.max(1, now.atMs - before.atMs);
      before = now;
      for (const [name, value] of Object.entries(measured(reader, busy))) response.getStatsMap().set(name, `${value}`);
      // A client that does not read gets the next one, not all.
      if (!call.writableNeedDrain) call.write(response);
    };
    send();
    const period = Math.max(SHORTEST_PERIOD_MS, Number(call.request.getRefreshTimePeriodInMs()));
    const timer = setInterval(send, period);
    for (const gone of ["cancelled", "close", "error"]) call.on(gone, () => clearInterval(timer));
  };
}

/** By EventStoreDB's names, as far as they mean something here. Sizes in bytes, shares of one processor in percent. */
function measured(reader: Reader, busy: number): Record<string, string | number | bigint> {
  const [minute, fiveMinutes, quarter] = loadavg();
  return {
    "proc-id": process.pid,
    "proc-startTime": new Date(Date.now() - process.uptime() * 1000).toISOString(),
    "proc-mem": process.memoryUsage.rss(),
    "proc-cpu": (busy * 100).toFixed(1),
    "sys-freeMem": freemem(),
    "sys-cpuCount": cpus().length,
    "sys-loadavg-1m": minute?.toFixed(2) ?? "",
    "sys-loadavg-5m": fiveMinutes?.toFixed(2) ?? "",
    "sys-loadavg-15m": quarter?.toFixed(2) ?? "",
    /** The newest position. */
    "es-checksum": reader.lastPosition(),
  };
}

function usedCpu(): { busyMs: number; atMs: number } {
  const { user, system } = process.cpuUsage();
  return { busyMs: (user + system) / 1000, atMs: performance.now() };
}
