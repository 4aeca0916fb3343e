import type { Committer } from "../committer.ts";
import type { Reader } from "../storage/reader.ts";
import { jsonEvent } from "./json-event.ts";
import { checkpointStream, type GroupName, type GroupSettings } from "./settings.ts";

/** Saves how far a group is: after so many events, or after some time if it was enough of them. */
export interface Checkpoints {
  /** The newest that is on the disk. */
  readonly saved: bigint | undefined;
  /** One more event is done with; `reached` tells up to where all are. */
  progress(): void;
  /** Saves what there is to save, and waits for it. */
  flush(): Promise<void>;
}

export function createCheckpoints(
  name: GroupName,
  settings: GroupSettings,
  committer: Committer,
  reader: Reader,
  reached: () => bigint,
): Checkpoints {
  const stream = checkpointStream(name);
  let saved = load(reader, stream);
  let count = 0;
  let saving: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const key = reached();
    const finished = count;
    count = 0;
    if (finished === 0 || key < 0n || key === saved) return;
    const outcome = await committer.append(stream, [jsonEvent("$SubscriptionCheckpoint", `${key}`)], "any");
    // What could not be saved is saved with the next event; until then a restart hands out more than it must.
    if (outcome.kind === "written") saved = key;
  }
  /** One at a time: a later one must not be overtaken by an earlier one. */
  function start(): Promise<void> {
    saving ??= save().finally(() => {
      saving = undefined;
      if (count > 0 && count >= settings.maxCheckpointCount) void start();
    });
    return saving;
  }

  return {
    get saved() {
      return saved;
    },
    progress() {
      count++;
      if (count >= settings.maxCheckpointCount) void start();
      else if (count >= settings.minCheckpointCount)
        timer ??= setTimeout(() => void start(), settings.checkpointAfterMs);
    },
    async flush() {
      await saving;
      await start();
    },
  };
}

function load(reader: Reader, stream: string): bigint | undefined {
  const [newest] = reader.readStream(stream, reader.stream(stream).last, "backwards", 1);
  return newest && BigInt(JSON.parse(Buffer.from(newest.data).toString("utf8")) as string);
}
