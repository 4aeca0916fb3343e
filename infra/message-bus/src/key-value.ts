import { JetStreamApiCodes, JetStreamApiError, type JetStreamClient } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import type { KeyValue } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { asBusError } from "./errors.ts";

export async function openBucket(
  connection: Connection,
  jetstream: JetStreamClient,
  bucket: string,
): Promise<KeyValue> {
  connection.mustBeUp();
  const kv = await new Kvm(jetstream).open(bucket, { allow_direct: false });

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    connection.mustBeUp();
    return work().catch((error: unknown) => {
      throw asBusError(error, `bucket ${bucket}`);
    });
  }

  return {
    get: (key) =>
      attempt(async () => {
        const entry = await kv.get(key);
        return entry?.operation === "PUT" ? entry.value : undefined;
      }),
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
