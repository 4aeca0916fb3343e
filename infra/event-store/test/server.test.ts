import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  AccessDeniedError,
  binaryEvent,
  type EventStoreDBClient,
  MaxAppendSizeExceededError,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from "@eventstore/db-client";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { until } from "@tradesage/until";
import { describe, expect, test } from "vitest";
import {
  backupEventStore,
  compactEventStore,
  type EventStoreServer,
  type EventStoreServerOptions,
  startEventStoreServer,
} from "../src/server/index.ts";
import { collect, connect, idsOf, newCategory, newStream, receivedIds, someEvents } from "./rig.ts";
import { newFolder, startServerProcess } from "./server-process.ts";

// What only the embedded server has: its files, its options, its process.

async function withServer<Result>(
  options: Partial<EventStoreServerOptions>,
  work: (client: EventStoreDBClient, server: EventStoreServer) => Promise<Result>,
): Promise<Result> {
  const server = await startEventStoreServer({ port: 0, ...options });
  try {
    return await work(connect(server.connectionString), server);
  } finally {
    await server.close();
  }
}

describe("a restart", () => {
  test("keeps every event, deletion and truncation, and goes on with the positions", async () => {
    const dataDir = newFolder();
    const [kept, deleted, closed, short] = [newStream(), newStream(), newStream(), newStream()];
    const events = someEvents(5);
    const before = await withServer({ dataDir }, async (client) => {
      await client.appendToStream(kept, events);
      for (const stream of [deleted, closed, short]) await client.appendToStream(stream, someEvents(4));
      await client.deleteStream(deleted);
      await client.tombstoneStream(closed);
      await client.setStreamMetadata(short, { maxCount: 1 });
      return collect(client.readAll());
    });
    await withServer({ dataDir }, async (client) => {
      expect(await collect(client.readAll())).toEqual(before);
      await expect(collect(client.readStream(deleted))).rejects.toThrow("not found");
      await expect(collect(client.readStream(closed))).rejects.toThrow("deleted");
      expect(await collect(client.readStream(short))).toHaveLength(1);
      const { position, nextExpectedRevision } = await client.appendToStream(kept, someEvents(1));
      expect(nextExpectedRevision).toBe(5n);
      expect(position?.commit).toBeGreaterThan(before.at(-1)?.event?.position.commit ?? 0n);
      expect(await client.appendToStream(kept, events)).toMatchObject({ nextExpectedRevision: 4n });
    });
  });

  test("keeps a group: its settings, how far it is, what it parked", async () => {
    const dataDir = newFolder();
    const stream = newStream();
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointUpperBound: 1 });
    const events = someEvents(8);
    await withServer({ dataDir }, async (client) => {
      await client.createPersistentSubscriptionToStream(stream, "workers", settings);
      await client.appendToStream(stream, events);
      const seen: string[] = [];
      const subscription = client.subscribeToPersistentSubscriptionToStream(stream, "workers");
      subscription
        .on("error", () => {})
        .on("data", (resolved) => {
          seen.push(resolved.event?.id ?? "");
          if (seen.length === 1) void subscription.nack("park", "a test", resolved);
          else if (seen.length <= 5) void subscription.ack(resolved);
        });
      await until("five are done with", async () => {
        const { stats } = await client.getPersistentSubscriptionToStreamInfo(stream, "workers");
        return stats.lastCheckpointedEventRevision === 4n && stats.parkedMessageCount === 1n;
      });
    });
    await withServer({ dataDir }, async (client) => {
      const info = await client.getPersistentSubscriptionToStreamInfo(stream, "workers");
      expect(info.settings).toEqual(settings);
      await client.replayParkedMessagesToStream(stream, "workers");
      const seen = new Set<string>();
      const subscription = client.subscribeToPersistentSubscriptionToStream(stream, "workers");
      subscription
        .on("error", () => {})
        .on("data", (resolved) => {
          seen.add(resolved.event?.id ?? "");
          void subscription.ack(resolved);
        });
      await until("the rest came, and the parked one", () => seen.size === 4);
      expect(seen).toEqual(new Set([...idsOf(events.slice(5)), events[0]?.id]));
    });
  });
});

describe("the data folder", () => {
  test("is used by one server at a time, and free when that one is gone, however it went", async () => {
    const dataDir = newFolder();
    await withServer({ dataDir }, async () => {
      await expect(startEventStoreServer({ port: 0, dataDir })).rejects.toMatchObject({ code: "IN_USE" });
      await expect(startServerProcess(["--port", "0", "--data", dataDir])).rejects.toThrow(/ended with 78: .*in use/s);
    });
    const server = await startServerProcess(["--port", "0", "--data", dataDir]);
    await server.end("SIGKILL");
    await withServer({ dataDir }, (client) => client.appendToStream(newStream(), someEvents(1)));
  });

  test("is refused where it is none", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    await expect(startServerProcess(["--port", "0", "--data", file])).rejects.toThrow(
      /ended with 78: .*file is no folder .*name another/,
    );
  });

  test("with a foreign file is refused, and the file left as it is", async () => {
    for (const make of [
      (file: string) => writeFileSync(file, "no database at all ".repeat(20)),
      (file: string) => {
        const other = new DatabaseSync(file);
        other.exec("CREATE TABLE somebody_elses (id)");
        other.close();
      },
    ]) {
      const dataDir = newFolder();
      const file = join(dataDir, "events.sqlite");
      make(file);
      const before = readFileSync(file);
      await expect(startEventStoreServer({ port: 0, dataDir })).rejects.toMatchObject({ code: "FOREIGN_FILE" });
      expect(readFileSync(file)).toEqual(before);
    }
  });

  test("with a torn file is refused, and says what to do", async () => {
    const dataDir = newFolder();
    const file = join(dataDir, "events.sqlite");
    await withServer({ dataDir }, async (client) => {
      for (let count = 0; count < 5; count++) await client.appendToStream(newStream(), someEvents(500));
    });
    const whole = readFileSync(file);
    truncateSync(file, whole.length - 40_960);
    const refusal = { code: "TORN_FILE", message: expect.stringContaining("backup") };
    await expect(startEventStoreServer({ port: 0, dataDir })).rejects.toMatchObject(refusal);
    writeFileSync(file, whole.fill(0xab, 20_000, 60_000));
    await expect(startEventStoreServer({ port: 0, dataDir })).rejects.toMatchObject(refusal);
  });

  test("of a newer version is refused", async () => {
    const dataDir = newFolder();
    await withServer({ dataDir }, async () => {});
    const database = new DatabaseSync(join(dataDir, "events.sqlite"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(startEventStoreServer({ port: 0, dataDir })).rejects.toMatchObject({ code: "OTHER_VERSION" });
  });
});

describe("a backup", () => {
  test("taken under load is the store as of one moment", async () => {
    const [dataDir, restored] = [newFolder(), newFolder()];
    const server = await startServerProcess(["--port", "0", "--data", dataDir]);
    const client = connect(server.url);
    let stop = false;
    const write = async () => {
      const stream = newStream();
      while (!stop) await client.appendToStream(stream, someEvents(20));
    };
    const writing = Promise.all([write(), write(), write()]);
    const position = async () =>
      (await collect(client.readAll({ direction: "backwards", fromPosition: "end", maxCount: 1 })))[0]?.event?.position
        .commit ?? 0n;
    await until("there is something", async () => (await position()) > 1_000n);
    const file = join(restored, "events.sqlite");
    const backup = await backupEventStore(dataDir, file, () => {});
    await until("writing went on", async () => (await position()) > backup.position + 100n);
    stop = true;
    await writing;
    const all = await collect(client.readAll());
    await server.end();
    expect(existsSync(`${file}-wal`)).toBe(false);
    await withServer({ dataDir: restored }, async (client) => {
      const read = await collect(client.readAll());
      expect(read).toEqual(all.slice(0, read.length));
      expect(read.at(-1)?.event?.position.commit).toBe(backup.position);
    });
    await expect(backupEventStore(dataDir, file, () => {})).rejects.toThrow("there already");
  });
});

describe("compaction", () => {
  test("removes what no read shows, gives its space back, and changes no answer", async () => {
    const dataDir = newFolder();
    const category = newCategory();
    const [kept, short, deleted, closed] = ["kept", "short", "deleted", "closed"].map((name) => `${category}-${name}`);
    const answers = async (client: EventStoreDBClient) => [
      await collect(client.readStream(kept as string)),
      await collect(client.readStream(short as string)),
      await collect(client.readStream(deleted as string)).catch((error) => error.message),
      await collect(client.readStream(closed as string)).catch((error) => error.message),
      await client.getStreamMetadata(short as string),
    ];
    const heavy = () => Array.from({ length: 100 }, () => binaryEvent({ type: "Heavy", data: Buffer.alloc(4_000) }));
    const before = await withServer({ dataDir }, async (client) => {
      for (const stream of [kept, short, deleted, closed])
        for (let count = 0; count < 4; count++) await client.appendToStream(stream as string, heavy());
      await client.setStreamMetadata(short as string, { maxCount: 3 });
      await client.deleteStream(deleted as string);
      await client.tombstoneStream(closed as string);
      await expect(async () => compactEventStore(dataDir, () => {})).rejects.toMatchObject({ code: "IN_USE" });
      return answers(client);
    });
    const sizeBefore = statSync(join(dataDir, "events.sqlite")).size;
    const told: string[] = [];
    const result = compactEventStore(dataDir, ({ phase, done, total }) => told.push(`${phase} ${done}/${total}`));
    expect(result.removedEvents).toBe(397 + 399 + 400);
    expect(statSync(join(dataDir, "events.sqlite")).size).toBeLessThan(sizeBefore / 2);
    expect(told[0]).toMatch(/^removing events/);
    expect(told.at(-1)).toMatch(/^giving space back (\d+)\/\1$/);
    await withServer({ dataDir }, async (client) => {
      expect(await answers(client)).toEqual(before);
      const again = await client.appendToStream(deleted as string, someEvents(1));
      expect(again.nextExpectedRevision).toBe(400n);
      const [newest] = await collect(
        client.readStream(`$ce-${category}`, { direction: "backwards", fromRevision: "end", maxCount: 1 }),
      );
      expect(newest?.event?.revision).toBe(1_600n);
    });
    // What was the newest event of the deleted stream, and the metadata that deleted it.
    expect(compactEventStore(dataDir, () => {}).removedEvents).toBe(2);
  });
});

describe("who may call", () => {
  const failureOf = async (url: string) => {
    const client = connect(url);
    return collect(client.readAll({ maxCount: 1 })).catch((error) => error);
  };

  // A certificate is made by openssl, which a machine may lack.
  test.skipIf(spawnSync("openssl", ["version"]).status !== 0)(
    "over an encrypted connection, whoever names a wrong password is refused",
    async () => {
      const folder = newFolder();
      const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
      execFileSync(
        "openssl",
        `req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${certificate} -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.split(
          " ",
        ),
        { stdio: "ignore" },
      );
      const tls = { certificate, key };
      await withServer({ inMemory: true, tls, users: { admin: "s3cret:1", reader: "other" } }, async (_, { port }) => {
        const url = (user: string) => `esdb://${user}localhost:${port}?tls=true&tlsCAFile=${certificate}`;
        expect(await failureOf(url("admin:s3cret%3A1@"))).toHaveLength(1);
        expect(await failureOf(url("reader:other@"))).toHaveLength(1);
        for (const user of ["", "admin:changeit@", "nobody:x@", "constructor:x@"])
          expect(await failureOf(url(user))).toBeInstanceOf(AccessDeniedError);
        const client = connect(url("admin:wrong@"));
        for (const attempt of [
          () => client.appendToStream(newStream(), someEvents(1)),
          () => client.deleteStream(newStream()),
          () => client.listAllPersistentSubscriptions(),
          () => collect(client.subscribeToPersistentSubscriptionToStream(newStream(), "group")),
        ])
          await expect(attempt()).rejects.toBeInstanceOf(AccessDeniedError);
      });
      await withServer({ inMemory: true, tls }, async (_, { port }) => {
        const url = (user: string) => `esdb://${user}localhost:${port}?tls=true&tlsCAFile=${certificate}`;
        expect(await failureOf(url("admin:changeit@"))).toHaveLength(1);
        expect(await failureOf(url("AzureDiamond:hunter2@"))).toBeInstanceOf(AccessDeniedError);
      });
    },
  );
});

test("the largest append is as large as the environment says", async () => {
  const env = { EVENTSTORE_MAX_APPEND_SIZE: "3000" };
  const server = await startServerProcess(["--port", "0", "--in-memory"], { env });
  const client = connect(server.url);
  const append = (bytes: number) =>
    client.appendToStream(newStream(), binaryEvent({ type: "Sized", data: Buffer.alloc(bytes) }));
  await append(3_000);
  const error = await append(3_001).catch((e) => e);
  expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
  expect(error.maxAppendSize).toBe(3_000);
  expect(await server.end()).toBe(0);
});

test("a client that discovers a cluster finds the one node", async () => {
  await withServer({ inMemory: true }, async (_, { port }) => {
    const client = connect(`esdb://127.0.0.1:${port},127.0.0.1:${port}?tls=false`);
    const events = someEvents(2);
    const stream = newStream();
    await client.appendToStream(stream, events);
    expect(receivedIds(await collect(client.readStream(stream)))).toEqual(idsOf(events));
  });
});

test("nobody writes into a stream of the server's own", async () => {
  await withServer({ inMemory: true }, async (client) => {
    const groups = ["$persistentSubscriptionConfig", "$persistentsubscription-mine::workers-checkpoint"];
    for (const stream of ["$ce-mine", "$et-Happened", "$streams", "$all", ...groups]) {
      const credentials = { username: "admin", password: "changeit" };
      await expect(client.appendToStream(stream, someEvents(1))).rejects.toBeInstanceOf(AccessDeniedError);
      await expect(client.appendToStream(stream, someEvents(1), { credentials })).rejects.toBeInstanceOf(
        AccessDeniedError,
      );
      await expect(client.deleteStream(stream)).rejects.toBeInstanceOf(AccessDeniedError);
      await expect(client.tombstoneStream(stream)).rejects.toBeInstanceOf(AccessDeniedError);
    }
  });
});

describe("a client that sends nonsense is refused, and does the server no harm", () => {
  /** Calls a method of persistent subscriptions with bytes that nobody's encoder would write. */
  const call = (port: number, method: string, request: Buffer) => {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const same = (bytes: Buffer) => bytes;
    const path = `/event_store.client.persistent_subscriptions.PersistentSubscriptions/${method}`;
    return new Promise<ServiceError | null>((resolve) =>
      client.makeUnaryRequest(path, same, same, request, (error) => {
        client.close();
        resolve(error);
      }),
    );
  };

  test("with a name that is no text", async () => {
    await withServer({ inMemory: true }, async (client, { port }) => {
      // Options of GetInfo: $all and, as the name of the group, half a surrogate pair.
      const halfPair = Buffer.from([0x0a, 0x07, 0x12, 0x00, 0x1a, 0x03, 0xed, 0xa0, 0x80]);
      expect((await call(port, "GetInfo", halfPair))?.code).toBe(status.NOT_FOUND);
      expect((await call(port, "GetInfo", Buffer.from([0xff])))?.code).toBe(status.INTERNAL);
      await client.appendToStream(newStream(), someEvents(1));
    });
  });

  test("with settings that make no sense", async () => {
    await withServer({ inMemory: true }, async (client) => {
      const stream = newStream();
      const settings = persistentSubscriptionToStreamSettingsFromDefaults({
        startFrom: START,
        messageTimeout: 2 ** 31 - 1,
        checkPointAfter: 2 ** 31 - 1,
        checkPointLowerBound: 0,
        checkPointUpperBound: 0,
        readBatchSize: 0,
        historyBufferSize: 0,
      });
      await client.createPersistentSubscriptionToStream(stream, "workers", settings);
      await client.appendToStream(stream, someEvents(5));
      let count = 0;
      const subscription = client
        .subscribeToPersistentSubscriptionToStream(stream, "workers")
        .on("data", (resolved) => subscription.ack(resolved).then(() => count++));
      await until("it has all", () => count === 5);
      await subscription.unsubscribe();
      await client.restartPersistentSubscriptionSubsystem();
    });
  });
});

describe("a server that cannot start says why, in one sentence", () => {
  const failureOf = (...args: string[]) =>
    startServerProcess(["--in-memory", ...args]).then(
      () => "started",
      (error: Error) => error.message,
    );

  test("because another program listens there", async () => {
    const { port } = await startServerProcess(["--port", "0", "--in-memory"]);
    expect(await failureOf("--port", `${port}`)).toBe(
      `the server ended with 1: The event store cannot listen on 127.0.0.1:${port}: another program listens there. End that one, or take another port.\n`,
    );
  });

  test("because it is to listen where nothing can", async () => {
    expect(await failureOf("--port", "0", "--host", "192.0.2.1")).toMatch(/cannot listen on 192.0.2.1:0: this machine/);
  });

  test("because its certificate is none", async () => {
    const file = join(newFolder(), "certificate.pem");
    expect(await failureOf("--port", "0", "--tls-certificate", file, "--tls-key", file)).toMatch(
      /ended with 1: No cert/,
    );
    writeFileSync(file, "no certificate");
    expect(await failureOf("--port", "0", "--tls-certificate", file, "--tls-key", file)).toMatch(
      /ended with 1: No cert/,
    );
  });

  test("because it was asked for something else", async () => {
    expect(await failureOf("--data", newFolder())).toMatch(/ended with 2: Name the folder/);
    expect(await failureOf("--port", "many")).toMatch(/ended with 2: --port: expected a whole number/);
    expect(await failureOf("--tls-key", "key.pem")).toMatch(/ended with 2: --tls-certificate and --tls-key/);
    expect(await failureOf("--require-login")).toMatch(/ended with 2: --require-login goes with --tls/);
    expect(await failureOf("--fast")).toMatch(/ended with 2: Unknown option/);
  });
});

test("told to end while it is written to, it has what it acknowledged", async () => {
  const dataDir = newFolder();
  const server = await startServerProcess(["--port", "0", "--data", dataDir]);
  const client = connect(server.url);
  const acknowledged: string[] = [];
  const writing = (async () => {
    for (;;) {
      const events = someEvents(3);
      await client.appendToStream(`${newStream()}`, events);
      acknowledged.push(...idsOf(events));
    }
  })().catch(() => {});
  await until("there is something", () => acknowledged.length > 300);
  expect(await server.end()).toBe(0);
  await writing;
  await withServer({ dataDir }, async (client) => {
    const kept = new Set(receivedIds(await collect(client.readAll())));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });
});
