import { expect, test } from "vitest";
import { z } from "zod";
import { parseConfig } from "./config.ts";
import { databaseUrl, eventStoreUrl, natsUrl, port, positiveInteger, redisUrl } from "./settings.ts";

const host = { MANAGEMENT_PORT: "7412" };

test("what is not given has the host's defaults", () => {
  expect(parseConfig(z.object({}), host)).toEqual({
    TRADESAGE_ENV: "development",
    LOG_LEVEL: "info",
    HOST: "127.0.0.1",
    MANAGEMENT_PORT: 7412,
  });
});

test("an empty variable is one that is not given", () => {
  expect(parseConfig(z.object({}), { ...host, LOG_LEVEL: "" })).toMatchObject({ LOG_LEVEL: "info" });
});

test("a service gets its own settings and no others", () => {
  const config = parseConfig(z.object({ GATEWAY_PORT: port }), { ...host, GATEWAY_PORT: "7400", HOME: "/root" });
  expect(config).toMatchObject({ GATEWAY_PORT: 7400 });
  expect(config).not.toHaveProperty("HOME");
});

test.each([
  [databaseUrl, "postgres://a:b@127.0.0.1:5432/x"],
  [databaseUrl, "postgresql://localhost/x"],
  [natsUrl, "nats://a:1,nats://b:2"],
  [eventStoreUrl, "esdb://127.0.0.1:2113?tls=false"],
  [eventStoreUrl, "esdb+discover://cluster:2113"],
  [redisUrl, "rediss://:x@redis:6379/0"],
])("%# the address %s is taken as it is", (schema, text) => {
  expect(schema.parse(text)).toBe(text);
});

test.each([
  [databaseUrl, "mysql://127.0.0.1/x"],
  [databaseUrl, "postgres://"],
  [natsUrl, "127.0.0.1:4222"],
  [redisUrl, "redis:6379"],
  [port, "65536"],
  [port, "-1"],
  [port, "0x10"],
  [port, "80 "],
  [positiveInteger, "0"],
  [positiveInteger, "1e9"],
])("%# the setting %s is refused without being told", (schema, text) => {
  const { error } = schema.safeParse(text);
  expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(/^expected /)]);
});
