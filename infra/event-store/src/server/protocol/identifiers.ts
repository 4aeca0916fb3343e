import sharedPb from "@eventstore/db-client/generated/shared_pb.js";
import { bytesOfUuid } from "../storage/uuid.ts";

const { Empty, StreamIdentifier } = sharedPb;

export const streamName = (identifier: sharedPb.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString("utf8");

export const identifierOf = (stream: string): sharedPb.StreamIdentifier =>
  new StreamIdentifier().setStreamName(Buffer.from(stream, "utf8").toString("base64"));

/** A UUID's 16 bytes, whichever of its two forms it came in; undefined if it is none. */
export function uuidBytes(uuid: sharedPb.UUID | undefined): Uint8Array | undefined {
  const structured = uuid?.getStructured();
  if (!structured) return bytesOfUuid(uuid?.getString() ?? "");
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(structured.getMostSignificantBits())), 0);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(structured.getLeastSignificantBits())), 8);
  return bytes;
}

export const empty = (): sharedPb.Empty => new Empty();
