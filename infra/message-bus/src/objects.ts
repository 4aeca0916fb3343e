import type { JetStreamClient } from "@nats-io/jetstream";
import { Objm } from "@nats-io/obj";
import type { Objects } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { asBusError, DeadlineExceeded } from "./errors.ts";

/** The client gives neither reading nor writing of a whole object a deadline. */
const WITHIN_MS = 30_000;

/** An object store of NATS (ADR-20): the server keeps chunks, the client checks their SHA-256. */
export async function openObjects(
  connection: Connection,
  jetstream: JetStreamClient,
  bucket: string,
): Promise<Objects> {
  connection.mustBeUp();
  const objects = await new Objm(jetstream).open(bucket);

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    connection.mustBeUp();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DeadlineExceeded(`bucket ${bucket}: no answer in time`)), WITHIN_MS);
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw error instanceof DeadlineExceeded ? error : asBusError(error, `bucket ${bucket}`);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get: (name) => attempt(async () => (await objects.getBlob(name)) ?? undefined),
    removeAll: (prefix) =>
      attempt(async () => {
        for (const { name } of await objects.list()) if (name.startsWith(prefix)) await objects.delete(name);
      }),
    put: (name, chunks) =>
      attempt(async () => {
        await objects.put({ name }, ReadableStream.from(chunks) as ReadableStream<Uint8Array>);
      }),
  };
}
