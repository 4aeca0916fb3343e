import { expect, test } from "vitest";
import { portsFrom } from "./ports.ts";

test("ports keep their distance from the base", () => {
  expect(portsFrom({})).toMatchObject({ gateway: 7400, bridge: 7401, eventStore: 7420, nats: 7422, postgres: 7432 });
  expect(portsFrom({ TRADESAGE_PORT_BASE: "9000" })).toMatchObject({ gateway: 9000, redis: 9040 });
});

test("a port of its own wins over the base", () => {
  expect(portsFrom({ TRADESAGE_PORT_BASE: "9000", POSTGRES_PORT: "5432" })).toMatchObject({
    gateway: 9000,
    postgres: 5432,
  });
});

test.each(["0", "65536", "7400.5", "http"])("%s is no port", (value) => {
  expect(() => portsFrom({ GATEWAY_PORT: value })).toThrow(`GATEWAY_PORT=${value} is not a port`);
});
