import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CriticalError, type Mql5Array } from "../language/runtime.ts";

const WRITE = 2;
const READ = 1;

interface OpenFile {
  readonly descriptor: number;
  position: number;
}

/** MQL5's files, in a folder. `room` is how many bytes the disk still takes; tests may shrink it. */
export function createFiles(folder: string) {
  const open = new Map<number, OpenFile>();
  const disk = { room: Number.POSITIVE_INFINITY };
  let lastHandle = 0;

  const pathOf = (name: string) => {
    if (name.split("\\").includes("..")) throw new CriticalError(`${name} leads out of MQL5\\Files`);
    return join(folder, ...name.split("\\"));
  };
  const fileOf = (handle: number): OpenFile => {
    const file = open.get(handle);
    if (!file) throw new CriticalError(`file handle ${handle} is not open`);
    return file;
  };
  const bytesOf = (array: Mql5Array): Mql5Array<number> => {
    if (array.type !== "uchar") throw new CriticalError(`only bytes are written here, not ${array.type}`);
    return array as Mql5Array<number>;
  };

  const functions = {
    FileOpen(name: string, flags: number): number {
      const path = pathOf(name);
      const isThere = existsSync(path);
      if (!isThere && !(flags & WRITE)) return -1;
      if (!isThere) mkdirSync(dirname(path), { recursive: true });
      const descriptor = openSync(path, isThere ? (flags & WRITE ? "r+" : "r") : "w+");
      if (isThere && !(flags & READ)) ftruncateSync(descriptor);
      open.set(++lastHandle, { descriptor, position: 0 });
      return lastHandle;
    },
    FileClose(handle: number): void {
      closeSync(fileOf(handle).descriptor);
      open.delete(handle);
    },
    FileIsExist: (name: string) => existsSync(pathOf(name)),
    FileDelete(name: string): boolean {
      rmSync(pathOf(name));
      return true;
    },
    FileMove(source: string, _common: number, target: string): boolean {
      renameSync(pathOf(source), pathOf(target));
      return true;
    },
    FileSeek(handle: number, offset: bigint): boolean {
      fileOf(handle).position = Number(offset);
      return true;
    },
    FileFlush: (handle: number) => void fileOf(handle),
    FileWriteArray(handle: number, array: Mql5Array, start: number, count: number): number {
      const file = fileOf(handle);
      const wanted = Uint8Array.from(bytesOf(array).items.slice(start, count < 0 ? undefined : start + count));
      const taken = wanted.subarray(0, Math.min(wanted.length, disk.room));
      disk.room -= taken.length;
      writeSync(file.descriptor, taken, 0, taken.length, file.position);
      file.position += taken.length;
      return taken.length;
    },
    FileReadArray(handle: number, array: Mql5Array, start: number, count: number): number {
      const file = fileOf(handle);
      const bytes = new Uint8Array(count);
      const read = readSync(file.descriptor, bytes, 0, count, file.position);
      file.position += read;
      const { items } = bytesOf(array);
      for (const [index, byte] of bytes.subarray(0, read).entries()) items[start + index] = byte;
      return read;
    },
    FileLoad(name: string, array: Mql5Array): bigint {
      bytesOf(array).items = [...readFileSync(pathOf(name))];
      return BigInt(array.items.length);
    },
  };

  function closeAll(): void {
    for (const handle of [...open.keys()]) functions.FileClose(handle);
  }

  return { functions, disk, closeAll };
}
