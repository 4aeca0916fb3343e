import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigningKeys } from "@tradesage/secrets";
import { describe, expect, onTestFinished, test } from "vitest";
import { startService } from "./service.ts";

const messages = (log: readonly Record<string, unknown>[]) => log.map(({ msg }) => String(msg));

describe("a service that runs", () => {
  test("tells that it is alive, whether it is ready, and its measures", async () => {
    const service = startService({});
    await service.logged("started");
    const [health, ready, metrics] = [
      await service.get("/health"),
      await service.get("/ready"),
      await service.get("/metrics"),
    ];
    expect(health.status).toBe(200);
    expect(JSON.parse(health.body)).toMatchObject({ status: "alive", service: "fixture", pid: service.child.pid });
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.body)).toMatchObject({ ready: true, checks: { fixture: true, sunny: true } });
    expect(metrics.body).toContain('process_cpu_seconds_total{service="fixture"}');
    expect((await service.get("/etc/passwd")).status).toBe(404);
    expect((await service.get("/__proto__")).status).toBe(404);
  });

  test.each(["unready", "check-throws"])("is not ready while one of its checks fails (%s)", async (BEHAVIOUR) => {
    const service = startService({ BEHAVIOUR });
    await service.logged("started");
    const { status, body } = await service.get("/ready");
    expect(status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ ready: false, checks: { fixture: true, sunny: false } });
  });

  test("gets settings that cannot be changed", async () => {
    const service = startService({ BEHAVIOUR: "changes-settings" });
    expect(await service.ended()).toBe(1);
    expect(JSON.stringify(service.log)).toContain("Cannot assign to read only property");
  });
});

describe("a service that is asked to stop", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "by %s undoes in reverse what it has done, and ends well",
    async (signal) => {
      const service = startService({});
      await service.logged("started");
      service.child.kill(signal);
      expect(await service.ended()).toBe(0);
      expect(messages(service.log)).toEqual(["started", "stopping", "second stopped", "first stopped"]);
    },
  );

  test("is no longer ready while it drains", async () => {
    const service = startService({ BEHAVIOUR: "hangs" });
    await service.logged("started");
    service.child.kill("SIGTERM");
    await service.logged("stopping");
    expect((await service.get("/ready")).status).toBe(503);
    expect((await service.get("/health")).status).toBe(200);
  });

  test("gives up at a second signal", async () => {
    const service = startService({ BEHAVIOUR: "hangs" });
    await service.logged("started");
    service.child.kill("SIGTERM");
    await service.logged("stopping");
    service.child.kill("SIGTERM");
    expect(await service.ended()).toBe(1);
  });

  test("tells which of its steps failed, still runs the others, and does not end well", async () => {
    const service = startService({ BEHAVIOUR: "fails-to-stop" });
    await service.logged("started");
    service.child.kill("SIGTERM");
    expect(await service.ended()).toBe(1);
    expect(messages(service.log)).toEqual(["started", "stopping", "a step of stopping failed", "first stopped"]);
  });

  test("ends well though nobody reads its log any more", async () => {
    const service = startService({ BEHAVIOUR: "talks" });
    await service.logged("started");
    service.child.stdout?.destroy();
    service.child.kill("SIGTERM");
    expect(await service.ended()).toBe(0);
  });
});

describe("a service under a supervisor", () => {
  test("stops in good order when its supervisor is gone", async () => {
    const service = startService({}, true);
    await service.logged("started");
    service.child.disconnect();
    expect(await service.ended()).toBe(0);
    expect(messages(service.log)).toEqual(["started", "stopping", "second stopped", "first stopped"]);
  });

  test("leaves Ctrl-C, which reaches all processes, to its supervisor", async () => {
    const service = startService({}, true);
    await service.logged("started");
    service.child.kill("SIGINT");
    expect((await service.get("/ready")).status).toBe(200);
    service.child.kill("SIGTERM");
    expect(await service.ended()).toBe(0);
  });
});

describe("a service that fails", () => {
  test("to start ends with 1, and undoes what it had done", async () => {
    const service = startService({ BEHAVIOUR: "fails-to-start" });
    expect(await service.ended()).toBe(1);
    expect(messages(service.log)).toEqual(["could not start", "stopping", "first stopped"]);
  });

  test.each(["rejects", "throws"])("later on (%s) ends with 1 and tells why", async (BEHAVIOUR) => {
    const service = startService({ BEHAVIOUR });
    expect(await service.ended()).toBe(1);
    expect(service.log.at(-1)).toMatchObject({ level: "fatal", err: { message: "nobody caught me" } });
  });

  test("to get its management port says which one", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const address = taken.address();
    const port = String(typeof address === "object" && address?.port);
    const service = startService({ MANAGEMENT_PORT: port });
    expect(await service.ended()).toBe(1);
    expect(JSON.stringify(service.log)).toContain(`address already in use 127.0.0.1:${port}`);
  });
});

describe("a service with bad settings", () => {
  test("ends with 78 and names every bad one, what is expected, and not what was given", async () => {
    const service = startService({ NATS_URL: "s3cret", MANAGEMENT_PORT: "" });
    expect(await service.ended()).toBe(78);
    const said = messages(service.log).join();
    expect(said).toContain("NATS_URL is not valid: expected a URL such as nats://127.0.0.1:4222");
    expect(said).toContain("MANAGEMENT_PORT is not set: expected a port");
    expect(said).not.toContain("s3cret");
  });
});

describe("in production", () => {
  async function keys(purpose: "development" | "production") {
    const folder = await mkdtemp(join(tmpdir(), "host-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await createSigningKeys(join(folder, "keys"), purpose);
    return join(folder, "keys");
  }

  test("a service starts with secrets of its own", async () => {
    const NATS_URL = "nats://tradesage:Xp4-kk29-qTz@127.0.0.1:4222";
    const service = startService({ TRADESAGE_ENV: "production", NATS_URL, TRADESAGE_KEYS: await keys("production") });
    await service.logged("started");
  });

  test("a service refuses development keys", async () => {
    const service = startService({ TRADESAGE_ENV: "production", TRADESAGE_KEYS: await keys("development") });
    expect(await service.ended()).toBe(78);
    expect(messages(service.log).join()).toContain("signing-key.jwk is a development key");
  });

  test("a service refuses a placeholder for a password", async () => {
    const service = startService({ TRADESAGE_ENV: "production", NATS_URL: "nats://me:changeme@127.0.0.1:4222" });
    expect(await service.ended()).toBe(78);
    expect(messages(service.log).join()).toContain("NATS_URL has a placeholder for a password");
  });
});
