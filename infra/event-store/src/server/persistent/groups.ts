import type { Committer } from "../committer.ts";
import type { Reader } from "../storage/reader.ts";
import { createGroup, type Group } from "./group.ts";
import { jsonEvent } from "./json-event.ts";
import { configStream, fromJson, type GroupName, type GroupSettings, type SettingsJson, toJson } from "./settings.ts";

/** All persistent subscriptions. */
export interface Groups {
  find(name: GroupName): Group | undefined;
  /** Those of a stream, or all. */
  list(stream?: string): Group[];
  /**
   * Each comes back when it is on the disk: false if there is such a group already, or none. Throws if it could not be
   * kept.
   */
  create(name: GroupName, settings: GroupSettings): Promise<boolean>;
  update(name: GroupName, settings: GroupSettings): Promise<boolean>;
  delete(name: GroupName): Promise<boolean>;
  /** Sends every consumer away and begins anew with what is on the disk. */
  restart(): Promise<void>;
  /** There may be new events. */
  wake(): void;
  stop(): Promise<void>;
}

interface Config {
  readonly groups: readonly { readonly name: GroupName; readonly settings: SettingsJson }[];
}

export function createGroups(committer: Committer, reader: Reader): Groups {
  let groups = load();
  let woken = false;
  let changes: Promise<unknown> = Promise.resolve();

  function load(): Map<string, Group> {
    const [newest] = reader.readStream(configStream, reader.stream(configStream).last, "backwards", 1);
    const config = newest && (JSON.parse(Buffer.from(newest.data).toString("utf8")) as Config);
    return new Map(
      (config?.groups ?? []).map(({ name, settings }) => [
        keyOf(name),
        createGroup(name, fromJson(settings), committer, reader),
      ]),
    );
  }

  /** One after the other: each begins with what the one before left. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = changes.then(work);
    changes = working.catch(() => {});
    return working;
  }

  /** What is on the disk changes first, what is in memory after it. */
  function change(name: GroupName, there: boolean, settings: GroupSettings | undefined): Promise<boolean> {
    const key = keyOf(name);
    return inTurn(async () => {
      if (groups.has(key) !== there) return false;
      const changed = new Map<string, Pick<Group, "name" | "settings">>(groups);
      if (settings) changed.set(key, { name, settings });
      else changed.delete(key);
      await save([...changed.values()]);
      await groups.get(key)?.stop();
      if (settings) groups.set(key, createGroup(name, settings, committer, reader));
      else groups.delete(key);
      return true;
    });
  }

  async function save(changed: readonly Pick<Group, "name" | "settings">[]): Promise<void> {
    const config: Config = { groups: changed.map(({ name, settings }) => ({ name, settings: toJson(settings) })) };
    const outcome = await committer.append(configStream, [jsonEvent("$PersistentConfig", config)], "any");
    if (outcome.kind !== "written") throw new Error(outcome.kind === "failed" ? outcome.message : outcome.kind);
  }

  async function stop(): Promise<void> {
    await Promise.all([...groups.values()].map((group) => group.stop()));
  }

  return {
    find: (name) => groups.get(keyOf(name)),
    list: (stream) => [...groups.values()].filter(({ name }) => stream === undefined || name.stream === stream),
    create: (name, settings) => change(name, false, settings),
    update: (name, settings) => change(name, true, settings),
    delete: (name) => change(name, true, undefined),
    restart: () =>
      inTurn(async () => {
        await stop();
        groups = load();
      }),
    wake() {
      if (woken) return;
      woken = true;
      setImmediate(() => {
        woken = false;
        for (const group of groups.values()) group.wake();
      });
    },
    stop,
  };
}

const keyOf = ({ stream, group }: GroupName): string => `${stream}\0${group}`;
