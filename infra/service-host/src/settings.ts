import { z } from "zod";

/** Pieces for a service's config schema. A message says what is expected and never quotes the value: it may be secret. */
const url = (example: string, ...schemes: string[]) => {
  const expected = `expected a URL such as ${example}`;
  return z.string(expected).refine((text) => schemes.includes(schemeOf(text)), expected);
};
const schemeOf = (text: string) => /^([a-z+]+):\/\/[^\s/?]/.exec(text)?.[1] ?? "";

export const databaseUrl = url("postgres://user:password@127.0.0.1:5432/tradesage", "postgres", "postgresql");
/** One server, or several separated by commas. */
export const natsUrl = url("nats://127.0.0.1:4222", "nats", "tls");
export const eventStoreUrl = url("esdb://127.0.0.1:2113?tls=false", "esdb", "esdb+discover", "kurrentdb");
export const redisUrl = url("redis://127.0.0.1:6379", "redis", "rediss");

export const keysFolder = z
  .string("expected a folder that holds signing-key.jwk or verification-keys.jwks")
  .min(1, "expected a folder that holds signing-key.jwk or verification-keys.jwks");

/** A number from the environment: decimal digits only. */
const integer = (expected: string, min: number, max: number) =>
  z
    .string(expected)
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);

/** A TCP port; 0 takes a free one. */
export const port = integer("expected a port, 0 to 65535", 0, 65_535);
export const positiveInteger = integer("expected a whole number greater than 0", 1, Number.MAX_SAFE_INTEGER);
export const wholeNumber = integer("expected a whole number, or 0", 0, Number.MAX_SAFE_INTEGER);

/** What every process is told. */
export const hostSettings = z.object({
  TRADESAGE_ENV: z
    .enum(["development", "test", "production"], "expected development, test or production")
    .default("development"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], "expected one of pino's levels, such as info")
    .default("info"),
  /** Address that its ports are bound to. */
  HOST: z.string().min(1, "expected an address, such as 127.0.0.1").default("127.0.0.1"),
  MANAGEMENT_PORT: port,
});
export type HostSettings = z.output<typeof hostSettings>;
