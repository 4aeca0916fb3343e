import type { EventStoreDBClient } from "@eventstore/db-client";
import { NotFoundError, persistentSubscriptionToStreamSettingsFromDefaults, START } from "@eventstore/db-client";
import monitoringGrpc from "@eventstore/db-client/generated/monitoring_grpc_pb.js";
import monitoringPb from "@eventstore/db-client/generated/monitoring_pb.js";
import operationsGrpc from "@eventstore/db-client/generated/operations_grpc_pb.js";
import operationsPb from "@eventstore/db-client/generated/operations_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import usersGrpc from "@eventstore/db-client/generated/users_grpc_pb.js";
import usersPb from "@eventstore/db-client/generated/users_pb.js";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { until } from "@tradesage/until";
import { describe, expect, onTestFinished, test } from "vitest";
import { connect, newStream, someEvents } from "./rig.ts";
import { newFolder, startServerProcess } from "./server-process.ts";

// The client has no methods for most of these: they are called as its definitions give them.

type Answer<Response> = (error: ServiceError | null, response: Response) => void;

const answerOf = <Response>(call: (answer: Answer<Response>) => void): Promise<Response> =>
  new Promise((resolve, reject) => call((error, response) => (error ? reject(error) : resolve(response))));

async function serverInMemory() {
  const { port, url } = await startServerProcess(["--port", "0", "--in-memory"]);
  const of = <Client extends { close(): void }>(
    Service: new (address: string, how: ReturnType<typeof credentials.createInsecure>) => Client,
  ): Client => {
    const client = new Service(`127.0.0.1:${port}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    return client;
  };
  return { url, operations: of(operationsGrpc.OperationsClient), of };
}

test("a server that a client shuts down answers, keeps what it acknowledged and ends cleanly", async () => {
  const data = newFolder();
  const server = await startServerProcess(["--port", "0", "--data", data]);
  const stream = newStream();
  await connect(server.url).appendToStream(stream, someEvents(3));
  const operations = new operationsGrpc.OperationsClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
  onTestFinished(() => operations.close());
  await answerOf<sharedPb.Empty>((answer) => operations.shutdown(new sharedPb.Empty(), answer));
  await until("it has ended", () => server.process.exitCode !== null);
  expect(server.process.exitCode).toBe(0);
  expect(server.errors()).toBe("");
  const again = await startServerProcess(["--port", "0", "--data", data]);
  expect(await connect(again.url).appendToStream(stream, someEvents(1))).toMatchObject({ nextExpectedRevision: 3n });
});

test("groups that are restarted send their consumers away and go on where they were", async () => {
  const { url, operations } = await serverInMemory();
  const client = connect(url);
  const stream = newStream();
  await client.appendToStream(stream, someEvents(3));
  await client.createPersistentSubscriptionToStream(
    stream,
    "workers",
    persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointLowerBound: 1 }),
  );
  const first = await consumed(client, stream, 3, () =>
    answerOf<sharedPb.Empty>((answer) => operations.restartPersistentSubscriptions(new sharedPb.Empty(), answer)),
  );
  expect(first).toMatchObject({ revisions: [0n, 1n, 2n], dropped: true });
  await client.appendToStream(stream, someEvents(2));
  expect(await consumed(client, stream, 2)).toMatchObject({ revisions: [3n, 4n] });
});

/** Acknowledges so many events, then does something, and waits to be sent away if that is what it does. */
async function consumed(client: EventStoreDBClient, stream: string, count: number, then?: () => Promise<unknown>) {
  const revisions: (bigint | undefined)[] = [];
  let dropped = false;
  const subscription = client
    .subscribeToPersistentSubscriptionToStream(stream, "workers")
    .on("error", () => {
      dropped = true;
    })
    .on("data", (resolved) => {
      revisions.push(resolved.event?.revision);
      void subscription.ack(resolved);
    });
  await until("it has them", () => revisions.length >= count);
  await until("all are done with", async () => {
    const { stats } = await client.getPersistentSubscriptionToStreamInfo(stream, "workers");
    return stats.totalInFlightMessages === 0;
  });
  await then?.();
  if (then) await until("it is sent away", () => dropped);
  else await subscription.unsubscribe();
  return { revisions, dropped };
}

test("statistics of the process come again and again, with where the store is", async () => {
  const { url, of } = await serverInMemory();
  const client = connect(url);
  const { position } = await client.appendToStream(newStream(), someEvents(2));
  const monitoring = of(monitoringGrpc.MonitoringClient);
  const call = monitoring.stats(new monitoringPb.StatsReq().setRefreshTimePeriodInMs("100"));
  const seen: Map<string, string>[] = [];
  for await (const response of call as AsyncIterable<monitoringPb.StatsResp>) {
    seen.push(new Map(response.getStatsMap().toArray()));
    if (seen.length === 2) break;
  }
  for (const statistics of seen) {
    expect(Number(statistics.get("proc-mem"))).toBeGreaterThan(1_000_000);
    expect(Number(statistics.get("proc-id"))).toBeGreaterThan(0);
    expect(Date.parse(statistics.get("proc-startTime") ?? "")).toBeLessThanOrEqual(Date.now());
    expect(statistics.get("es-checksum")).toBe(`${position?.commit}`);
  }
});

describe("what a server that stands alone does not do", () => {
  test("is told as such, and what to do instead", async () => {
    const { operations, of } = await serverInMemory();
    const { StartScavengeReq, StopScavengeReq, SetNodePriorityReq } = operationsPb;
    const scavenge = answerOf((answer) => operations.startScavenge(new StartScavengeReq(), answer));
    await expect(scavenge).rejects.toThrow(/UNIMPLEMENTED.*event-store compact/);
    const none = answerOf((answer) => operations.stopScavenge(new StopScavengeReq(), answer));
    await expect(none).rejects.toMatchObject({ details: expect.stringContaining("no scavenge") });
    const resign = answerOf((answer) => operations.resignNode(new sharedPb.Empty(), answer));
    await expect(resign).rejects.toThrow(/UNIMPLEMENTED.*stands alone/);
    const priority = answerOf((answer) => operations.setNodePriority(new SetNodePriorityReq(), answer));
    await expect(priority).rejects.toThrow(/UNIMPLEMENTED.*stands alone/);
    await answerOf((answer) => operations.mergeIndexes(new sharedPb.Empty(), answer));
    const users = of(usersGrpc.UsersClient);
    const user = answerOf((answer) => users.create(new usersPb.CreateReq(), answer));
    await expect(user).rejects.toThrow(/UNIMPLEMENTED.*does not implement/);
  });

  test("projections: there are the system's, running, and no others", async () => {
    const { url } = await serverInMemory();
    const client = connect(url);
    const names = ["$by_category", "$by_event_type", "$streams"];
    const listed = await client.listProjections();
    expect(listed.map(({ name, projectionStatus }) => [name, projectionStatus])).toEqual(
      names.map((name) => [name, "Running"]),
    );
    await client.restartSubsystem();
    for (const name of names) {
      await client.enableProjection(name);
      expect(await client.getProjectionStatus(name)).toMatchObject({ name, progress: 100 });
      await expect(client.disableProjection(name)).rejects.toThrow(/UNIMPLEMENTED.*neither changed nor stopped/);
    }
    await expect(client.createProjection("mine", "fromAll()")).rejects.toThrow(/UNIMPLEMENTED.*no projections but/);
    await expect(client.enableProjection("$by_correlation_id")).rejects.toThrow(/UNIMPLEMENTED.*does not run/);
    for (const asked of [
      client.enableProjection("mine"),
      client.disableProjection("mine"),
      client.abortProjection("mine"),
      client.resetProjection("mine"),
      client.updateProjection("mine", "fromAll()"),
      client.deleteProjection("mine"),
      client.getProjectionStatus("mine"),
      client.getProjectionState("mine"),
      client.getProjectionResult("mine"),
    ])
      await expect(asked).rejects.toBeInstanceOf(NotFoundError);
  });
});
