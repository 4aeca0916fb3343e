import { isDeepStrictEqual } from "node:util";
import { JetStreamApiCodes, JetStreamApiError, type JetStreamClient, type StreamConfig } from "@nats-io/jetstream";
import type { StreamDeclaration } from "./bus.ts";

/** Idempotent, and safe from several processes at once: adding an equal stream is no error. */
export async function declareStream(jetstream: JetStreamClient, declaration: StreamDeclaration): Promise<void> {
  const { streams } = await jetstream.jetstreamManager(false);
  const current = await streams.info(declaration.name).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
    throw error;
  });
  if (!current) await streams.add(declaration);
  else if (differs(current.config, declaration)) await streams.update(declaration.name, declaration);
}

const differs = (current: StreamConfig, declaration: StreamDeclaration): boolean =>
  Object.entries(declaration).some(([key, value]) => !isDeepStrictEqual(current[key as keyof StreamConfig], value));
