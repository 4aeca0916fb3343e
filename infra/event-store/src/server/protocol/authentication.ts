import { timingSafeEqual } from "node:crypto";
import { type Metadata, status, type UntypedHandleCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Failure } from "./failures.ts";

export interface Users {
  /** Passwords by name. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Whether a call must say who makes it. One that does is always checked. */
  readonly required: boolean;
}

/** EventStoreDB's own development default. */
export const defaultPasswords = { admin: "changeit" } as const;

/** Who makes a call: a user; `admin` where nobody needs to say; a failure for a wrong password or none. */
export function callerOf(metadata: Metadata, users: Users): string | Failure {
  const [header] = metadata.get("authorization");
  if (header === undefined) return users.required ? unauthenticated("Name a user and a password.") : "admin";
  const [, encoded = ""] = /^Basic (.+)$/i.exec(String(header)) ?? [];
  const [, name = "", password = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  const expected = Object.hasOwn(users.passwords, name) ? users.passwords[name] : undefined;
  return expected !== undefined && equal(password, expected)
    ? name
    : unauthenticated("There is no such user with this password.");
}

/** Methods that refuse callers who are not who they say. */
export function authenticated<Service extends UntypedServiceImplementation>(service: Service, users: Users): Service {
  const guarded = Object.entries(service).map(([name, handle]) => [name, guard(handle, users)]);
  return Object.fromEntries(guarded) as Service;
}

function guard(handle: UntypedHandleCall, users: Users): UntypedHandleCall {
  const call = handle as (call: GuardedCall, callback?: (failure: Failure) => void) => void;
  return ((request: GuardedCall, callback?: (failure: Failure) => void) => {
    const caller = callerOf(request.metadata, users);
    if (typeof caller === "string") return call(request, callback);
    if (callback) return callback(caller);
    request.on("error", () => {});
    request.emit("error", caller);
  }) as UntypedHandleCall;
}

interface GuardedCall {
  readonly metadata: Metadata;
  on(event: "error", listener: () => void): void;
  emit(event: "error", failure: Failure): void;
}

const unauthenticated = (details: string): Failure =>
  Object.assign(new Error(details), { code: status.UNAUTHENTICATED, details });

/** Takes as long for a wrong password as for the right one. */
function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
