import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodePrices, encodePrice } from "./binary.ts";
import { ServerMessage } from "./server-messages.ts";

const vectors = new URL("../../vectors/prices/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, vectors), "utf8");
const bytesOf = (name: string) => Uint8Array.from(Buffer.from(read(`${name}.hex`).replace(/#.*|\s/g, ""), "hex"));
const pricesOf = (name: string) => JSON.parse(read(`${name}.json`)) as Parameters<typeof encodePrice>[0][];
const names = [...new Set(readdirSync(vectors).map((file) => file.replace(/\.\w+$/, "")))];
const good = names.filter((name) => !name.startsWith("malformed"));

test.each(good)("the frame %s is read and written to the byte", (name) => {
  expect(decodePrices(bytesOf(name))).toEqual(pricesOf(name));
  expect(Buffer.concat(pricesOf(name).map(encodePrice))).toEqual(Buffer.from(bytesOf(name)));
});

test.each(good)("the records of %s are the messages of the JSON form", (name) => {
  for (const price of decodePrices(bytesOf(name))) expect(ServerMessage.parse(price)).toEqual(price);
});

test.each(names.filter((name) => name.startsWith("malformed")))("the frame %s is refused", (name) => {
  expect(() => decodePrices(bytesOf(name))).toThrowError(expect.objectContaining({ code: "MALFORMED_FRAME" }));
});

test("there are vectors of both kinds", () => {
  expect([good.length, names.length - good.length]).toEqual([3, 5]);
});
