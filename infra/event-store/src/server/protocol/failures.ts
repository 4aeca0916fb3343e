import { Metadata, type ServerErrorResponse, type StatusObject, status } from "@grpc/grpc-js";

export type Failure = Partial<StatusObject> & ServerErrorResponse;

/** A failed call as clients tell it apart: by the trailer `exception`, and what that one has beside it. */
function failure(
  code: status,
  exception: string,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): Failure {
  const metadata = new Metadata();
  metadata.set("exception", exception);
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, headerText(value));
  return Object.assign(plain(code, details), { metadata });
}

/** Header values are printable ASCII (RFC 9113, 8.2.1, and what gRPC makes of it); names of streams are anything. */
const headerText = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text.toWellFormed());

export const wrongExpectedVersion = (stream: string, expected: bigint, actual: bigint): Failure =>
  failure(
    status.FAILED_PRECONDITION,
    "wrong-expected-version",
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      "stream-name": stream,
      "expected-version": `${expected}`,
      ...(actual >= 0n && { "actual-version": `${actual}` }),
    },
  );

export const streamDeleted = (stream: string): Failure =>
  failure(status.FAILED_PRECONDITION, "stream-deleted", `Event stream '${stream}' is deleted.`, {
    "stream-name": stream,
  });

export const maximumAppendSizeExceeded = (bytes: number): Failure =>
  failure(status.INVALID_ARGUMENT, "maximum-append-size-exceeded", `Maximum append size of ${bytes} bytes exceeded.`, {
    "maximum-append-size": `${bytes}`,
  });

export const missingMetadata = (properties: readonly string[]): Failure =>
  failure(
    status.INVALID_ARGUMENT,
    "missing-required-metadata-property",
    `Required metadata is missing: ${properties.join(", ")}`,
    { "required-metadata-properties": properties.join(",") },
  );

export const accessDenied = (details: string): Failure => failure(status.PERMISSION_DENIED, "access-denied", details);

export const groupNotFound = (stream: string, group: string): Failure =>
  groupFailure(status.NOT_FOUND, "persistent-subscription-does-not-exist", stream, group, "does not exist.");

export const groupExists = (stream: string, group: string): Failure =>
  groupFailure(status.ALREADY_EXISTS, "persistent-subscription-exists", stream, group, "exists.");

export const groupDropped = (stream: string, group: string): Failure =>
  groupFailure(status.CANCELLED, "persistent-subscription-dropped", stream, group, "was dropped.");

export const maximumSubscribersReached = (stream: string, group: string): Failure =>
  groupFailure(status.FAILED_PRECONDITION, "maximum-subscribers-reached", stream, group, "has reached its maximum.");

export const groupFailed = (stream: string, group: string, reason: string): Failure =>
  failure(status.INTERNAL, "persistent-subscription-failed", reason, {
    "stream-name": stream,
    "group-name": group,
    reason,
  });

const groupFailure = (code: status, exception: string, stream: string, group: string, what: string): Failure =>
  failure(code, exception, `Subscription group ${group} on stream ${stream} ${what}`, {
    "stream-name": stream,
    "group-name": group,
  });

export const scavengeNotFound = (id: string): Failure =>
  failure(status.NOT_FOUND, "scavenge-not-found", `There is no scavenge ${id}.`, { "scavenge-id": id });

export const invalidArgument = (details: string): Failure => plain(status.INVALID_ARGUMENT, details);
export const notFound = (details: string): Failure => plain(status.NOT_FOUND, details);
export const unimplemented = (details: string): Failure => plain(status.UNIMPLEMENTED, details);
export const internal = (details: string): Failure => plain(status.INTERNAL, details);
export const deadlineExceeded = (): Failure =>
  plain(status.DEADLINE_EXCEEDED, "The deadline passed before the append.");

/** Names in the details come from clients: grpc-js would die of half a surrogate pair. */
function plain(code: status, text: string): Failure {
  const details = text.toWellFormed();
  return Object.assign(new Error(details), { code, details });
}
