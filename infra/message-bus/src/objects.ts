import type { JetStreamClient } from "@nats-io/jetstream";
import { type ObjectResult, type ObjectStore, Objm } from "@nats-io/obj";
import type { Objects } from "./bus.ts";
import type { Connection } from "./connection.ts";
import { asBusError, DeadlineExceeded } from "./errors.ts";

/** The client gives neither reading nor writing of a whole object a deadline. */
const WITHIN_MS = 30_000;
/** From one look whether an object that is being read has been replaced to the next. */
const LOOK_MS = 250;

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
    get: (name) => attempt(() => read(objects, name)),
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

/**
 * Reads an object as of now. Where it is replaced meanwhile its chunks are gone, for which the client would wait for
 * ever: then the new one is read.
 */
async function read(objects: ObjectStore, name: string): Promise<Uint8Array | undefined> {
  const until = Date.now() + WITHIN_MS;
  while (Date.now() < until) {
    const object = await objects.get(name);
    if (!object) return undefined;
    const isCurrent = async () => Date.now() < until && (await objects.info(name))?.nuid === object.info.nuid;
    const bytes = await whole(object, isCurrent);
    if (bytes) return bytes;
  }
  return undefined;
}

/** All of an object's bytes; `undefined` once it is not the current one any more. */
async function whole(
  { data, error }: ObjectResult,
  isCurrent: () => Promise<boolean>,
): Promise<Uint8Array | undefined> {
  const reader = data.getReader();
  const chunks: Uint8Array[] = [];
  let isGone = false;
  // The reader throws it, too; here it is only heard.
  error.catch(() => undefined);
  const looking = setInterval(async () => {
    isGone ||= !(await isCurrent().catch(() => true));
    if (isGone) await reader.cancel().catch(() => undefined);
  }, LOOK_MS);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    const failed = isGone ? undefined : await error;
    if (failed) throw failed;
    return isGone ? undefined : Buffer.concat(chunks);
  } finally {
    clearInterval(looking);
  }
}
