import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";
import { connectSocket } from "./socket-client.ts";

/** Refusals that say: not so often. */
async function limited(url: string, token: string, requests: number): Promise<Response[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answers = await Promise.all(
    Array.from({ length: requests }, () => fetch(`${url}/v1/instruments`, { headers })),
  );
  return answers.filter(({ status }) => status === 429);
}

describe("who asks too often", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ requestsPerSecond: { address: 1_000_000, user: 3 } });
  });
  afterAll(() => rig.close());

  test("as one user is told so, with a code and when to ask again; another user is not", async () => {
    const tenant = await rig.tenant();
    const [refused] = await limited(rig.url, await rig.token({ tenant, subject: "ann" }), 40);
    expect(refused?.headers.get("retry-after")).toBe("1");
    expect(await refused?.json()).toMatchObject({ code: "RATE_LIMITED", status: 429 });
    expect(await limited(rig.url, await rig.token({ tenant, subject: "bob" }), 3)).toEqual([]);
  });
});

describe("an address from which too much comes", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ requestsPerSecond: { address: 3, user: 1_000_000 } });
  });
  afterAll(() => rig.close());

  test("is refused before its token is looked at, at the socket as well", async () => {
    const [refused] = await limited(rig.url, "none", 40);
    expect(await refused?.json()).toMatchObject({ code: "RATE_LIMITED" });
    const sockets = Array.from({ length: 10 }, () => connectSocket(rig.url));
    const statuses = await Promise.all(
      sockets.map(
        ({ socket }) =>
          new Promise((resolve) => {
            socket.once("open", () => resolve(101));
            socket.once("unexpected-response", (_, response) => resolve(response.statusCode));
          }),
      ),
    );
    expect(statuses).toContain(429);
    for (const { socket } of sockets) socket.terminate();
  });
});
