import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binaryEvent, type EventStoreDBClient, NO_STREAM, UnknownError } from "@eventstore/db-client";
import { until } from "@tradesage/until";
import { describe, expect, onTestFinished, test } from "vitest";
import { collect, connect, idsOf, newStream, receivedIds, someEvents } from "./rig.ts";
import { newFolder, type ServerProcess, startServerProcess } from "./server-process.ts";

/** `kill -9` does not show whether a sync was made, for the kernel keeps what was written: only a trace does. */
const canTrace = works("strace", ["-o", "/dev/null", "true"]) && mayAttach();
const canMount = isRoot() && works("unshare", ["--mount", "true"]);
const canLimit = works("prlimit", ["--version"]);

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Linux lets a process trace one that is not its child only by leave: https://docs.kernel.org/admin-guide/LSM/Yama.html */
function mayAttach(): boolean {
  const scope = "/proc/sys/kernel/yama/ptrace_scope";
  return isRoot() || !existsSync(scope) || readFileSync(scope, "utf8").trim() === "0";
}

const start = (dataDir: string) => startServerProcess(["--port", "0", "--data", dataDir]);

/** Which answers went out before the events that they acknowledge were synced, by the lines of a trace. */
function unsyncedAnswers(trace: readonly string[], streams: readonly string[]): string[] {
  let from = 0;
  return streams.filter((stream) => {
    const answer = answerTo(trace, stream);
    const before = trace.slice(from, answer);
    from = answer + 1;
    return answer < 0 || !before.some((line) => SYNCED.test(line));
  });
}

const answerTo = (trace: readonly string[], stream: string) =>
  trace.findIndex((line) => line.includes("write") && line.includes(stream));

/** A sync of the log that came back, in one line of the trace or as the second of two. */
const SYNCED = /f(data)?sync\(\d+<[^>]*events\.sqlite-wal>\) += 0|f(data)?sync resumed>.*= 0/;

describe.skipIf(!canTrace)("traced (needs strace)", () => {
  test("no append is acknowledged before the disk has it", async () => {
    const file = join(newFolder(), "trace");
    const server = await start(newFolder());
    const client = connect(server.url);
    const strace = await attach(server, ["-y", "-s", "2000", "-o", file, "-e", "trace=fsync,fdatasync,write,writev"]);
    const streams = Array.from({ length: 20 }, newStream);
    for (const stream of streams) await client.appendToStream(stream, someEvents(1));
    await detach(strace);
    const trace = readFileSync(file, "utf8").split("\n");
    expect(unsyncedAnswers(trace, streams)).toEqual([]);

    // The checker would notice: without the sync before it, an answer stands out.
    const answer = answerTo(trace, streams[7] as string);
    const without = trace.filter(
      (line, at) => !(at > answerTo(trace, streams[6] as string) && at < answer && /sync/.test(line)),
    );
    expect(unsyncedAnswers(without, streams)).toEqual([streams[7]]);
  });

  test("a disk that fails to sync is an error to the caller and loses nothing", async () => {
    const dataDir = newFolder();
    const server = await start(dataDir);
    const client = connect(server.url);
    const [kept, fresh] = [newStream(), newStream()];
    const before = someEvents(5);
    await client.appendToStream(kept, before, { expectedRevision: NO_STREAM });

    const failing = await attach(server, ["-e", "inject=fsync,fdatasync:error=EIO"]);
    const events = someEvents(3);
    await expect(client.appendToStream(kept, events, { expectedRevision: 4n })).rejects.toBeInstanceOf(UnknownError);
    await expect(client.appendToStream(fresh, someEvents(1))).rejects.toBeInstanceOf(UnknownError);
    expect(receivedIds(await collect(client.readStream(kept)))).toEqual(idsOf(before));
    await detach(failing);

    const again = await client.appendToStream(kept, events, { expectedRevision: 4n });
    expect(again.nextExpectedRevision).toBe(7n);
    await server.end("SIGKILL");
    const restarted = connect((await start(dataDir)).url);
    expect(receivedIds(await collect(restarted.readStream(kept)))).toEqual([...idsOf(before), ...idsOf(events)]);
    await expect(collect(restarted.readStream(fresh))).rejects.toThrow("not found");
  });
});

/** Traces a running server from when it comes back. */
async function attach(server: ServerProcess, options: readonly string[]): Promise<ChildProcess> {
  const strace = spawn("strace", ["-f", "-p", `${server.process.pid}`, ...options]);
  onTestFinished(() => void strace.kill());
  let said = "";
  strace.stderr.on("data", (text) => {
    said += text;
  });
  await until("strace is attached", () => /attached/.test(said));
  return strace;
}

async function detach(strace: ChildProcess): Promise<void> {
  strace.kill();
  await once(strace, "exit");
}

describe("out of room, an append is refused, nothing is lost, and the next is taken when there is room:", () => {
  test.skipIf(!canMount)("on a full disk (needs root, to mount a small one), also when started on it", async () => {
    const disk = newFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
    onTestFinished(() => void execFileSync("umount", ["--lazy", disk]));
    const ballast = join(disk, "ballast");
    writeFileSync(ballast, Buffer.alloc(10 * 1024 * 1024));
    const dataDir = join(disk, "data");
    const first = await start(dataDir);
    const stream = newStream();
    const acknowledged = await fill(connect(first.url), stream);
    expect(acknowledged.length).toBeGreaterThan(3);
    await first.end("SIGKILL");

    const second = await start(dataDir);
    expect(receivedIds(await collect(connect(second.url).readStream(stream)))).toEqual(acknowledged);
    await goesOn(second, dataDir, { stream, acknowledged }, () => rmSync(ballast));
  });

  test.skipIf(!canLimit)("in a file that may not grow (needs prlimit), whose writes fail", async () => {
    const dataDir = newFolder();
    const limited = ["bash", "-c", 'ulimit -S -f 4096; exec "$@"', "limited"];
    const server = await startServerProcess(["--port", "0", "--data", dataDir], { through: limited });
    const stream = newStream();
    const acknowledged = await fill(connect(server.url), stream);
    expect(acknowledged.length).toBeGreaterThan(3);
    await goesOn(server, dataDir, { stream, acknowledged }, () =>
      execFileSync("prlimit", ["--pid", `${server.process.pid}`, "--fsize=unlimited"]),
    );
  });
});

/** The server refuses until there is room, goes on then, and has all of it when it was killed. */
async function goesOn(
  server: ServerProcess,
  dataDir: string,
  { stream, acknowledged }: { stream: string; acknowledged: readonly (string | undefined)[] },
  makeRoom: () => void,
): Promise<void> {
  const client = connect(server.url);
  expect(await fill(client, stream)).toEqual([]);
  expect(receivedIds(await collect(client.readStream(stream)))).toEqual(acknowledged);
  makeRoom();
  const events = someEvents(3);
  await client.appendToStream(stream, events, { expectedRevision: BigInt(acknowledged.length - 1) });
  await server.end("SIGKILL");
  const restarted = connect((await start(dataDir)).url);
  expect(receivedIds(await collect(restarted.readStream(stream)))).toEqual([...acknowledged, ...idsOf(events)]);
}

/** Appends until it is refused; gives the ids of what was acknowledged. */
async function fill(client: EventStoreDBClient, stream: string): Promise<(string | undefined)[]> {
  const acknowledged: (string | undefined)[] = [];
  for (;;) {
    const event = binaryEvent({ type: "Ballast", data: Buffer.alloc(100_000, acknowledged.length) });
    try {
      await client.appendToStream(stream, event);
      acknowledged.push(event.id);
    } catch (error) {
      expect(error).toBeInstanceOf(UnknownError);
      return acknowledged;
    }
  }
}
