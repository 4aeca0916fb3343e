import { readFileSync } from "node:fs";
import gossipGrpc from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import gossipPb from "@eventstore/db-client/generated/gossip_pb.js";
import featuresGrpc from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import type featuresPb from "@eventstore/db-client/generated/serverfeatures_pb.js";
import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import streamsGrpc from "@eventstore/db-client/generated/streams_grpc_pb.js";
import streamsPb from "@eventstore/db-client/generated/streams_pb.js";
import { ChannelCredentials } from "@grpc/grpc-js";
import { describe, expect, onTestFinished, test } from "vitest";
import { collect, connect, idsOf, newCategory, newStream, someEvents } from "../rig.ts";

// What the definitions let a client ask and ours does not; those for .NET, Java and Go do.

const { ReadReq } = streamsPb;
const { Options } = ReadReq;
const empty = new sharedPb.Empty();

function open<Client extends { close(): void }>(
  Service: new (address: string, credentials: ChannelCredentials) => Client,
): Client {
  const { host, searchParams } = new URL((process.env["EVENTSTORE_URL"] ?? "").replace(/^esdb(\+discover)?:/, "http:"));
  const authority = searchParams.get("tlsCAFile");
  const client = new Service(
    host,
    searchParams.get("tls") === "false"
      ? ChannelCredentials.createInsecure()
      : ChannelCredentials.createSsl(authority ? readFileSync(authority) : null),
  );
  onTestFinished(() => client.close());
  return client;
}

interface Asked {
  readonly from: "start" | "end";
  readonly count: number;
  readonly filter: streamsPb.ReadReq.Options.FilterOptions;
}

async function readAll({ from, count, filter }: Asked): Promise<streamsPb.ReadResp[]> {
  const all = new Options.AllOptions();
  if (from === "start") all.setStart(empty);
  else all.setEnd(empty);
  const options = new Options()
    .setAll(all)
    .setReadDirection(from === "start" ? Options.ReadDirection.FORWARDS : Options.ReadDirection.BACKWARDS)
    .setCount(`${count}`)
    .setFilter(filter.setMax(32).setCheckpointintervalmultiplier(1))
    .setUuidOption(new Options.UUIDOption().setStructured(empty));
  const call = open(streamsGrpc.StreamsClient).read(new ReadReq().setOptions(options));
  return collect(call as AsyncIterable<streamsPb.ReadResp>);
}

/** A UUID in its two halves, as text. */
function textOf(id: sharedPb.UUID | undefined): string {
  const half = (number: string | undefined) =>
    BigInt.asUintN(64, BigInt(number ?? 0))
      .toString(16)
      .padStart(16, "0");
  const structured = id?.getStructured();
  const digits = half(structured?.getMostSignificantBits()) + half(structured?.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const idsIn = (responses: readonly streamsPb.ReadResp[]) =>
  responses
    .filter((response) => response.hasEvent())
    .map((response) => textOf(response.getEvent()?.getEvent()?.getId()));

describe("a read of the whole history with a filter", () => {
  const expression = () => new Options.FilterOptions.Expression();
  const filter = () => new Options.FilterOptions();

  test.each([
    ["on the beginning of a type", (word: string) => filter().setEventType(expression().setPrefixList([`${word}.`]))],
    ["on what a type matches", (word: string) => filter().setEventType(expression().setRegex(`^${word}\\.[A-Z]`))],
    [
      "on the beginning of a stream's name",
      (word: string) => filter().setStreamIdentifier(expression().setPrefixList([word])),
    ],
    [
      "on what a stream's name matches",
      (word: string) => filter().setStreamIdentifier(expression().setRegex(`^${word}`)),
    ],
  ])("%s gives as many as match, either way", async (_, filtered) => {
    const client = connect();
    const word = newCategory();
    const events = someEvents(40, `${word}.Happened`);
    await client.appendToStream(`${word}-1`, events.slice(0, 20));
    await client.appendToStream(newStream(), someEvents(300));
    await client.appendToStream(`${word}-2`, events.slice(20));
    const ids = idsOf(events);
    expect(idsIn(await readAll({ from: "start", count: 1_000_000, filter: filtered(word) }))).toEqual(ids);
    expect(idsIn(await readAll({ from: "start", count: 30, filter: filtered(word) }))).toEqual(ids.slice(0, 30));
    const backwards = await readAll({ from: "end", count: 30, filter: filtered(word) });
    expect(idsIn(backwards)).toEqual(ids.toReversed().slice(0, 30));
  });

  test("that is no expression is refused", async () => {
    const broken = filter().setEventType(expression().setRegex("(("));
    await expect(readAll({ from: "start", count: 10, filter: broken })).rejects.toThrow(/\(\(/);
  });
});

test("a server tells its version, and what clients may ask of it", async () => {
  const client = open(featuresGrpc.ServerFeaturesClient);
  const features = await new Promise<featuresPb.SupportedMethods>((resolve, reject) =>
    client.getSupportedMethods(empty, (error, response) => (error ? reject(error) : resolve(response))),
  );
  expect(features.getEventStoreServerVersion()).toMatch(/^2[2-9]\.\d+\.\d+/);
  const methods = new Map(
    features
      .getMethodsList()
      .map((method) => [
        `${method.getServiceName()}/${method.getMethodName()}`.toLowerCase(),
        method.getFeaturesList(),
      ]),
  );
  expect([...methods.keys()]).toEqual(
    expect.arrayContaining([
      "event_store.client.streams.streams/batchappend",
      "event_store.client.streams.streams/append",
      "event_store.client.streams.streams/read",
      "event_store.client.persistent_subscriptions.persistentsubscriptions/list",
      "event_store.client.monitoring.monitoring/stats",
      "event_store.client.operations.operations/shutdown",
    ]),
  );
  expect(methods.get("event_store.client.persistent_subscriptions.persistentsubscriptions/replayparked")).toEqual(
    expect.arrayContaining(["stream", "all"]),
  );
});

test("a client that discovers the cluster is told of a node that leads, where it can be reached", async () => {
  const client = open(gossipGrpc.GossipClient);
  const cluster = await new Promise<gossipPb.ClusterInfo>((resolve, reject) =>
    client.read(empty, (error, response) => (error ? reject(error) : resolve(response))),
  );
  const leader = cluster.getMembersList().find((member) => member.getState() === gossipPb.MemberInfo.VNodeState.LEADER);
  expect(leader?.getIsAlive()).toBe(true);
  const endpoint = leader?.getHttpEndPoint();
  const url = new URL((process.env["EVENTSTORE_URL"] ?? "").replace("esdb+discover:", "esdb:"));
  url.host = `${endpoint?.getAddress()}:${endpoint?.getPort()}`;
  expect(await connect(url.href).appendToStream(newStream(), someEvents(1))).toMatchObject({ success: true });
});
