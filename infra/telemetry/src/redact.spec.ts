import { expect, test } from "vitest";
import { redact } from "./redact.ts";

const jws = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

test.each([
  ["a password", `{"password":"hunter2"}`, `{"password":"[redacted]"}`],
  ["a password with quotes in it", `{"password":"a\\"b","x":1}`, `{"password":"[redacted]","x":1}`],
  [
    "a header, however deep",
    `{"a":{"headers":{"Authorization":"Basic x"}}}`,
    `{"a":{"headers":{"Authorization":"[redacted]"}}}`,
  ],
  ["a member that ends in a secret word", `{"refresh_token":"abc"}`, `{"refresh_token":"[redacted]"}`],
  [
    "a password in an address",
    `{"msg":"connect postgres://me:pw@db:5432/x"}`,
    `{"msg":"connect postgres://[redacted]@db:5432/x"}`,
  ],
  ["a token in the middle of a text", `{"msg":"Bearer ${jws} was refused"}`, `{"msg":"Bearer [redacted] was refused"}`],
  ["a private key", `{"kty":"OKP","d":"${"A".repeat(43)}"}`, `{"kty":"OKP","d":"[redacted]"}`],
  [
    "a private key inside a text",
    `{"msg":"{\\"d\\":\\"${"A".repeat(43)}\\"}"}`,
    `{"msg":"{\\"d\\":\\"[redacted]\\"}"}`,
  ],
])("%s does not reach the log", (_, line, expected) => {
  expect(redact(line)).toBe(expected);
});

test("all else stays as it is", () => {
  const line = `{"msg":"a tick of EURUSD, see https://example.com/a@b","tokens":3,"d":"short","url":"nats://127.0.0.1:4222"}\n`;
  expect(redact(line)).toBe(line);
});

test("a long line without secrets is looked through in good time", () => {
  const line = `{"msg":"${'"'.repeat(20)}${"a".repeat(200_000)}"}`;
  expect(redact(line)).toBe(line);
});
