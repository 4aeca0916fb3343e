import { setTimeout as sleep } from "node:timers/promises";
import { until } from "@tradesage/until";
import { describe, expect, onTestFinished, test } from "vitest";
import { BusUnavailable, connectBus, DeadlineExceeded } from "../src/index.ts";
import { openBus } from "./bus.ts";
import { haveNatsServer, startPrivateServer } from "./nats-server.ts";

async function privateServer(authorization?: string) {
  const server = await startPrivateServer(authorization);
  onTestFinished(() => server.remove());
  return server;
}

describe.skipIf(!haveNatsServer)("when the server dies", () => {
  test("requests are unavailable at once, and work again when it is back", async () => {
    const server = await privateServer();
    const [client, other] = [await openBus({ url: server.url }), await openBus({ url: server.url })];
    await other.serve("cmd.echo", "one", async () => "here");
    await expect(client.request("cmd.echo", {})).resolves.toBe("here");

    await server.kill();
    await until("the loss is noticed", () => !client.ready());
    await expect(client.request("cmd.echo", {}, { deadlineMs: 60_000 })).rejects.toBeInstanceOf(BusUnavailable);
    await expect(client.publishDurable("ticks.a.b", new Uint8Array(1))).rejects.toBeInstanceOf(BusUnavailable);
    expect(() => client.publish("ticks.a.b", new Uint8Array(1))).not.toThrow();

    await server.start();
    await until("both are back", () => client.ready() && other.ready());
    // Who serves is connected before the server knows again what it serves.
    const asking = () => client.request("cmd.echo", {}).catch((error: Error) => error.name);
    await expect.poll(asking).toBe("here");
  });

  test("who waits for an answer meanwhile waits on, for it may come yet, but not for ever", async () => {
    const server = await privateServer();
    const [client, other] = [await openBus({ url: server.url }), await openBus({ url: server.url })];
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    await other.serve("cmd.gate", "one", async () => {
      begun.resolve();
      await gate.promise;
      return "through";
    });
    await other.serve("cmd.echo", "one", async () => "here");
    const patient = client.request("cmd.gate", {}, { deadlineMs: 60_000 });
    const hasty = expect(client.request("cmd.gate", {}, { deadlineMs: 50 })).rejects.toBeInstanceOf(DeadlineExceeded);
    await begun.promise;

    await server.kill();
    await until("the loss is noticed", () => !client.ready() && !other.ready());
    await hasty;
    await server.start();
    // An answer on the new connection: the server knows by then where the client listens.
    const asking = () => client.request("cmd.echo", {}).catch((error: Error) => error.name);
    await expect.poll(asking).toBe("here");
    gate.resolve();
    await expect(patient).resolves.toBe("through");
  });

  test("what it acknowledged is there when it is back, and a reader goes on with no gap and no repeat", async () => {
    const server = await privateServer();
    const [writer, reader] = [await openBus({ url: server.url }), await openBus({ url: server.url })];
    await writer.declare({ name: "SPEC", subjects: ["spec.>"] });
    const end = new AbortController();
    const read: { sequence: number; text: string }[] = [];
    const reading = (async () => {
      const how = { startSequence: 1, signal: end.signal, maxMessages: 50, maxWaitMs: 5 };
      for await (const { messages } of reader.consume({ name: "spec", stream: "SPEC" }, how))
        for (const { sequence, payload } of messages) read.push({ sequence, text: new TextDecoder().decode(payload) });
    })();

    const acknowledged = new Map<string, number>();
    let writing = true;
    async function write(name: string) {
      for (let i = 0; writing; i++) {
        const id = `${name}-${i}`;
        while (!acknowledged.has(id)) {
          try {
            const { sequence } = await writer.publishDurable("spec.a", new TextEncoder().encode(id), {
              id,
              deadlineMs: 500,
            });
            acknowledged.set(id, sequence);
          } catch {
            await sleep(10);
          }
        }
      }
    }
    const writers = Promise.all(["a", "b", "c", "d"].map(write));
    for (let round = 1; round <= 3; round++) {
      await until("some are acknowledged", () => acknowledged.size > round * 200);
      await server.kill();
      await until("the loss is noticed", () => !writer.ready());
      await server.start();
      await until("the writer is back", () => writer.ready());
    }
    const enough = acknowledged.size + 200;
    await until("enough are acknowledged", () => acknowledged.size > enough);
    writing = false;
    await writers;

    const last = Math.max(...acknowledged.values());
    await until("all are read", () => (read.at(-1)?.sequence ?? 0) >= last);
    end.abort();
    await reading;

    expect(read.map(({ sequence }) => sequence)).toEqual(Array.from(read, (_, i) => i + 1));
    const sequenceOf = new Map(read.map(({ sequence, text }) => [text, sequence]));
    expect(Object.fromEntries(sequenceOf)).toEqual(Object.fromEntries(acknowledged));
    expect(read).toHaveLength(acknowledged.size);
  });

  test("a server that hangs is noticed, and taken up again when it comes to", async () => {
    const server = await privateServer();
    const bus = await openBus({ url: server.url });
    await bus.serve("cmd.echo", "one", async () => "here");
    server.signal("SIGSTOP");
    await expect.poll(() => bus.ready()).toBe(false);
    server.signal("SIGCONT");
    await expect.poll(() => bus.ready()).toBe(true);
    await expect(bus.request("cmd.echo", {})).resolves.toBe("here");
  });

  test("a bus that is closed while the server is away closes all the same", async () => {
    const server = await privateServer();
    const bus = await openBus({ url: server.url });
    await bus.serve("cmd.echo", "one", async () => "here");
    await server.kill();
    await expect(bus.close()).resolves.toBeUndefined();
    expect(bus.ready()).toBe(false);
  });
});

describe.skipIf(!haveNatsServer)("when connecting", () => {
  test("a server that comes up late is waited for", async () => {
    const server = await privateServer();
    await server.kill();
    const connecting = openBus({ url: server.url });
    await server.start();
    expect((await connecting).ready()).toBe(true);
  });

  test("a server that does not come up is an error that tells no password", async () => {
    const server = await privateServer();
    await server.kill();
    const connecting = connectBus({
      url: server.url.replace("//", "//me:s3cret@"),
      name: "spec",
      connectDeadlineMs: 300,
    });
    await expect(connecting).rejects.toBeInstanceOf(BusUnavailable);
    await expect(connecting.catch(String)).resolves.not.toContain("s3cret");
  });

  test("user and password of the address open the door, and wrong ones are told at once", async () => {
    const server = await privateServer(`authorization { user: "me", password: "s3cret" }`);
    const bus = await openBus({ url: server.url.replace("//", "//me:s3cret@") });
    expect(bus.ready()).toBe(true);
    const wrong = connectBus({ url: server.url.replace("//", "//me:wrong@"), name: "spec" });
    await expect(wrong).rejects.toThrow("refuses the credentials");
  });

  test("what the server does not allow is unavailable at once: to ask, or to hear an answer", async () => {
    const permissions = (rules: string) => `permissions { ${rules} }`;
    const users = [
      `{ user: "server", password: "x" }`,
      `{ user: "mute", password: "x", ${permissions(`publish: { deny: "cmd.>" }`)} }`,
      `{ user: "deaf", password: "x", ${permissions(`subscribe: { deny: "_INBOX.>" }`)} }`,
    ];
    const server = await privateServer(`authorization { users: [${users.join(", ")}] }`);
    const as = (user: string) => openBus({ url: server.url.replace("//", `//${user}:x@`) });
    await (await as("server")).serve("cmd.echo", "one", async () => "here");
    for (const user of ["mute", "deaf"]) {
      const bus = await as(user);
      for (const _ of ["first", "again"])
        await expect(bus.request("cmd.echo", {}, { deadlineMs: 60_000 })).rejects.toThrow("no permission");
    }
  });
});
