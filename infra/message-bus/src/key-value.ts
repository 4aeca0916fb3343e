import { JetStreamApiCodes, JetStreamApiError, type JetStreamClient } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import type { KeyValue } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { asBusError } from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import { decodeJson, encodeJson } from "./wire.ts";

interface BucketParts {
  readonly connection: Connection;
  readonly inbox: Inbox;
  readonly jetstream: JetStreamClient;
}

const LOOK_DEADLINE_MS = 5_000;

export async function openBucket({ connection, inbox, jetstream }: BucketParts, bucket: string): Promise<KeyValue> {
  connection.mustBeUp();
  const kv = await new Kvm(jetstream).open(bucket, { allow_direct: false });

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    connection.mustBeUp();
    return work().catch((error: unknown) => {
      throw asBusError(error, `bucket ${bucket}`);
    });
  }

  /**
   * Whether the stream's leader surely has nothing under a key (ADR-8: how a bucket is a stream). So it nearly always
   * is, and the client's own way to learn it costs twice as much.
   */
  async function isFree(key: string): Promise<boolean> {
    connection.mustBeUp();
    const wanted = encodeJson({ last_by_subj: `$KV.${bucket}.${key}` });
    const { data } = await inbox.ask(`$JS.API.STREAM.MSG.GET.KV_${bucket}`, wanted, LOOK_DEADLINE_MS);
    const { error } = decodeJson(data) as { error?: { err_code?: number } };
    return error?.err_code === JetStreamApiCodes.NoMessageFound;
  }

  return {
    async get(key) {
      if (await isFree(key)) return undefined;
      return attempt(async () => {
        const entry = await kv.get(key);
        return entry?.operation === "PUT" ? entry.value : undefined;
      });
    },
    create: (key, value) =>
      attempt(() =>
        kv.create(key, value).then(
          () => true,
          (error: unknown) => {
            if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence)
              return false;
            throw error;
          },
        ),
      ),
    put: (key, value) =>
      attempt(async () => {
        await kv.put(key, value);
      }),
  };
}
