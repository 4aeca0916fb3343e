import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BridgeMessage, TerminalMessage } from "./messages.ts";
import { bytesOfTicks, TicksMessage } from "./ticks-message.ts";

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
  expect([from("terminal").length, from("bridge").length, names.length]).toEqual([8, 11, 19]);
});

test("ticks as text are the same batch as their bytes, and what is left out is as it usually is", () => {
  const message = JSON.parse(textOf("terminal-ticks.txt"));
  const bytes = readFileSync(new URL("../tick-batch/one-live-tick.hex", vectors), "utf8").replace(/#.*|\s/g, "");
  const [{ timeMsc, bid, ask }] = message.ticks;
  const { kind: _, lost: __, ...short } = { ...message, ticks: [{ timeMsc, bid, ask }] };
  for (const form of [message, short])
    expect(Buffer.from(bytesOfTicks(TicksMessage.parse(form))).toString("hex")).toBe(bytes);
});
