import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { type Bus, type BusOptions, connectBus } from "../src/index.ts";

/** The server that the specs share. */
export function sharedUrl(): string {
  const { NATS_URL: url } = process.env;
  if (!url) throw new Error("NATS_URL is not set: run the specs by `npm test`");
  return url;
}

/** A connection that closes with the test. */
export async function openBus(options: Partial<BusOptions> = {}): Promise<Bus> {
  const bus = await connectBus({ url: sharedUrl(), name: "spec", ...options });
  onTestFinished(() => bus.close());
  return bus;
}

/** A first token that nobody else uses on the shared server. */
export const ownToken = (): string => `t${randomUUID().replaceAll("-", "")}`;
