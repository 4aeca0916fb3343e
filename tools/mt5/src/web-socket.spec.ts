import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, workbench } from "./testing/workbench.ts";

const headers = ["Bytes.mqh", "WebSocket.mqh"];

function codec() {
  const { functions } = workbench(headers);
  return {
    accept: (key: string) => functions["AcceptOf"]?.(key),
    encode(opcode: number, payload: Iterable<number>, mask: number[]): number[] {
      const frame = bytes();
      functions["EncodeFrame"]?.(opcode, bytes(payload), bytes(mask), frame);
      return frame.items;
    },
    decode(frame: Iterable<number>) {
      const [opcode, isFinal, start, length] = [{ value: 0 }, { value: false }, { value: 0 }, { value: 0 }];
      const whole = functions["DecodeFrame"]?.(bytes(frame), opcode, isFinal, start, length);
      return { whole, opcode: opcode.value, isFinal: isFinal.value, start: start.value, length: length.value };
    },
    parse(url: string) {
      const [isTls, host, port, path] = [{ value: false }, { value: "" }, { value: 0 }, { value: "" }];
      const isGood = functions["ParseUrl"]?.(url, isTls, host, port, path);
      return isGood ? [isTls.value, host.value, port.value, path.value] : undefined;
    },
  };
}

test("the examples of RFC 6455 come out to the byte", () => {
  const { accept, encode, decode } = codec();
  expect(accept("dGhlIHNhbXBsZSBub25jZQ==")).toBe("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  const masked = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
  expect(encode(1, Buffer.from("Hello"), [0x37, 0xfa, 0x21, 0x3d])).toEqual(masked);
  expect(decode([0x81, 0x05, ...Buffer.from("Hello")])).toEqual({
    whole: 7,
    opcode: 1,
    isFinal: true,
    start: 2,
    length: 5,
  });
  expect(decode([0x01, 0x03, ...Buffer.from("Hel")])).toMatchObject({ whole: 5, opcode: 1, isFinal: false });
});

test.each([0, 125, 126, 65_535, 65_536])("a payload of %i bytes is framed and masked", (length) => {
  const payload = Uint8Array.from({ length }, (_, index) => index);
  const frame = Buffer.from(codec().encode(2, payload, [1, 2, 3, 4]));
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const told =
    start === 2 ? frame.readUInt8(1) & 127 : start === 4 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  expect([frame[0], told, frame.length]).toEqual([0x82, length, start + 4 + length]);
  expect([...frame.subarray(start + 4)].every((byte, index) => (byte ^ ((index & 3) + 1)) === (index & 255))).toBe(
    true,
  );
});

test("a frame that came in part is waited for, wherever it was cut", () => {
  const { decode } = codec();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70_000 }), fc.nat(), (length, cut) => {
      const size =
        length < 126
          ? [length]
          : length < 65_536
            ? [126, length >> 8, length & 255]
            : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
      const frame = [0x82, ...size, ...new Uint8Array(length)];
      expect(decode(frame)).toMatchObject({ whole: frame.length, length });
      expect(decode(frame.slice(0, cut % frame.length)).whole).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ["masked by the server", [0x81, 0x80, 0, 0, 0, 0], -1002],
  ["with a reserved bit", [0xc1, 0], -1002],
  ["of an unknown kind", [0x83, 0], -1002],
  ["a ping in fragments", [0x09, 0], -1002],
  ["a ping that is too long", [0x89, 126, 0, 200], -1002],
  ["of more than a mebibyte", [0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 1], -1009],
  ["of more than 2^63 bytes", [0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255], -1009],
])("a frame %s ends the connection", (_, frame, close) => {
  expect(codec().decode(frame).whole).toBe(close);
});

test("the bridge's address is taken apart", () => {
  const { parse } = codec();
  expect(parse("wss://bridge.example.com/terminal")).toEqual([true, "bridge.example.com", 443, "/terminal"]);
  expect(parse("ws://127.0.0.1:7401/terminal")).toEqual([false, "127.0.0.1", 7401, "/terminal"]);
  expect(parse("ws://bridge")).toEqual([false, "bridge", 80, "/"]);
  for (const url of ["http://bridge", "bridge:7401", "ws://:1/", "ws://bridge:0/", "ws://bridge:99999/", ""]) {
    expect(parse(url)).toBeUndefined();
  }
});

test("CRC-32 is zip's", () => {
  expect(workbench(headers).functions["Crc32"]?.(bytes(Buffer.from("123456789")))).toBe(0xcbf43926);
});
