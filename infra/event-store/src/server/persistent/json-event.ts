import { randomBytes } from "node:crypto";
import type { ProposedEvent } from "../storage/event.ts";

/** An event of the server's own. */
export const jsonEvent = (type: string, data: unknown): ProposedEvent => ({
  id: randomBytes(16),
  type,
  json: true,
  data: Buffer.from(JSON.stringify(data)),
  metadata: new Uint8Array(),
});
