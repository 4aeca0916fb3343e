import { expect, test } from "vitest";
import { parseServers } from "./servers.ts";

test("an address without credentials is taken as it is", () => {
  expect(parseServers("nats://127.0.0.1:4222")).toEqual({ servers: ["127.0.0.1:4222"] });
});

test("user and password are taken out of the address", () => {
  expect(parseServers("nats://me:p%40ss@bus:4222")).toEqual({ servers: ["bus:4222"], user: "me", pass: "p@ss" });
});

test("a user alone is a token", () => {
  expect(parseServers("nats://s3cret@bus:4222")).toEqual({ servers: ["bus:4222"], token: "s3cret" });
});

test("several servers are given with commas, with the credentials of the first", () => {
  const { servers, user } = parseServers("nats://me:secret@a:1, nats://b:2");
  expect([servers, user]).toEqual([["a:1", "b:2"], "me"]);
});

test("the scheme tls demands encryption", () => {
  expect(parseServers("tls://bus:4222")).toEqual({ servers: ["bus:4222"], tls: {} });
});

test("a wrong address is refused without being told, for it may hold a password", () => {
  expect(() => parseServers("me:secret@:x")).toThrow(/^not an address of bus servers$/);
});
