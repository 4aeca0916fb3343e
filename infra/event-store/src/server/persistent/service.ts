import persistentPb from "@eventstore/db-client/generated/persistent_pb.js";
import type sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import { groupExists, groupFailed, groupNotFound, invalidArgument } from "../protocol/failures.ts";
import { empty, streamName } from "../protocol/identifiers.ts";
import { unary } from "../protocol/unary.ts";
import type { Reader } from "../storage/reader.ts";
import { groupInfo } from "./group-info.ts";
import type { Groups } from "./groups.ts";
import type { GroupName } from "./settings.ts";
import { groupNameOf, settingsOf } from "./settings-message.ts";

const { CreateReq, CreateResp, DeleteResp, GetInfoResp, ListResp, ReplayParkedResp, UpdateReq, UpdateResp } =
  persistentPb;

/** Everything about persistent subscriptions but the reading: managing them and looking at them. */
export function persistentSubscriptions(groups: Groups, reader: Reader) {
  const known = (name: GroupName) => {
    const group = groups.find(name);
    if (!group) throw groupNotFound(name.stream, name.group);
    return group;
  };
  return {
    create: unary(async (request: persistentPb.CreateReq) => {
      const options = request.getOptions() ?? new CreateReq.Options();
      const name = named(groupNameOf(options));
      if (!(await kept(name, groups.create(name, settingsOf(options, reader)))))
        throw groupExists(name.stream, name.group);
      return new CreateResp();
    }),
    update: unary(async (request: persistentPb.UpdateReq) => {
      const options = request.getOptions() ?? new UpdateReq.Options();
      const name = groupNameOf(options);
      const { filter } = known(name).settings;
      // An update cannot change the filter: it does not carry one.
      await kept(name, groups.update(name, { ...settingsOf(options, reader), filter }));
      return new UpdateResp();
    }),
    delete: unary(async (request: persistentPb.DeleteReq) => {
      const name = nameOf(request.getOptions());
      if (!(await kept(name, groups.delete(name)))) throw groupNotFound(name.stream, name.group);
      return new DeleteResp();
    }),
    getInfo: unary(async (request: persistentPb.GetInfoReq) =>
      new GetInfoResp().setSubscriptionInfo(groupInfo(known(nameOf(request.getOptions())))),
    ),
    list: unary(async (request: persistentPb.ListReq) => {
      const stream = request.getOptions()?.getListForStream();
      const source = stream && (stream.hasAll() ? "$all" : streamName(stream.getStream()));
      const found = groups.list(source);
      if (source !== undefined && found.length === 0) throw groupNotFound(source, "");
      return new ListResp().setSubscriptionsList(found.map(groupInfo));
    }),
    replayParked: unary(async (request: persistentPb.ReplayParkedReq) => {
      const options = request.getOptions();
      const stopAt = options?.hasStopAt() ? BigInt(options.getStopAt()) : undefined;
      known(nameOf(options)).replayParked(stopAt);
      return new ReplayParkedResp();
    }),
    restartSubsystem: unary(async (_: sharedPb.Empty) => {
      await groups.restart();
      return empty();
    }),
  };
}

interface NamedOptions {
  hasAll(): boolean;
  getStreamIdentifier(): Parameters<typeof streamName>[0];
  getGroupName(): string;
}

const nameOf = (options: NamedOptions | undefined): GroupName => ({
  stream: options?.hasAll() ? "$all" : streamName(options?.getStreamIdentifier()),
  group: options?.getGroupName() ?? "",
});

function named(name: GroupName): GroupName {
  if (name.stream === "" || name.group === "") throw invalidArgument("Name the stream and the group.");
  return name;
}

async function kept(name: GroupName, saving: Promise<boolean>): Promise<boolean> {
  try {
    return await saving;
  } catch (error) {
    throw groupFailed(name.stream, name.group, (error as Error).message);
  }
}
