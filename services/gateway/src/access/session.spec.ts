import { type Principal, Refused } from "@tradesage/contracts";
import { expect, test, vi } from "vitest";
import { createAuthenticate } from "./session.ts";

const principal: Principal = { subject: "ann", tenant: "acme", roles: ["trader"] };
const tokenUntil = (expiresAt: number) =>
  `h.${Buffer.from(JSON.stringify({ exp: expiresAt })).toString("base64url")}.s`;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test("a token is verified once while it is valid", async () => {
  const verify = vi.fn(async () => principal);
  const authenticate = createAuthenticate({ verify });
  const token = tokenUntil(inSeconds(60));
  expect(await authenticate(token)).toBe(await authenticate(token));
  expect(verify).toHaveBeenCalledTimes(1);
});

test("a token that has expired is verified again, and so refused", async () => {
  const verify = vi.fn().mockResolvedValueOnce(principal).mockRejectedValueOnce(new Refused("UNAUTHENTICATED"));
  const authenticate = createAuthenticate({ verify });
  const token = tokenUntil(inSeconds(-1));
  await authenticate(token);
  await expect(authenticate(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("a token that is refused is not remembered", async () => {
  const verify = vi.fn(async () => Promise.reject(new Refused("UNAUTHENTICATED")));
  const authenticate = createAuthenticate({ verify });
  for (const _ of [1, 2]) await expect(authenticate(tokenUntil(inSeconds(60)))).rejects.toThrow(Refused);
  expect(verify).toHaveBeenCalledTimes(2);
});
