import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BridgeMessage, TerminalMessage } from "./messages.ts";

const vectors = new URL("../../vectors/control-messages/", import.meta.url);
const names = readdirSync(vectors);
const from = (side: string) => names.filter((name) => name.startsWith(`${side}-`));
const textOf = (name: string) => readFileSync(new URL(name, vectors), "utf8").trimEnd();

test.each(from("terminal"))("the vector %s is read whole, as a terminal sends it", (name) => {
  const message = JSON.parse(textOf(name));
  expect(TerminalMessage.parse(message)).toEqual(message);
});

test.each(from("bridge"))("the vector %s is read and written to the byte, as the bridge sends it", (name) => {
  expect(JSON.stringify(BridgeMessage.parse(JSON.parse(textOf(name))))).toBe(textOf(name));
});

test("there are vectors of both sides", () => {
  expect([from("terminal").length, from("bridge").length, names.length]).toEqual([6, 6, 12]);
});
