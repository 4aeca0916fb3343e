import { Script } from "node:vm";

/** An MQL5 array: knows how an element begins, so that it can grow. */
export interface Mql5Array<T = unknown> {
  items: T[];
  readonly empty: () => T;
  /** The name of a simple element type, or `struct`. */
  readonly type: string;
}

/** MQL5 would stop the program: "array out of range", "zero divide". */
export class CriticalError extends Error {}

/** What the translated code knows as `$`. */
export interface Runtime {
  readonly functions: Readonly<Record<string, unknown>>;
  input(name: string, value: unknown): unknown;
}

type ProgramFunction = (...args: unknown[]) => unknown;

/** A program in this process. */
export interface LoadedProgram {
  readonly functions: Readonly<Record<string, ProgramFunction>>;
  readonly globals: Readonly<Record<string, unknown>>;
  readonly structs: Readonly<Record<string, new () => Record<string, unknown>>>;
}

export const array = <T>(empty: () => T, size: number, type: string): Mql5Array<T> => ({
  items: Array.from({ length: size }, empty),
  empty,
  type,
});

/** A deep copy, as MQL5 copies a struct. */
export function copy<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  const copied = Object.create(Object.getPrototypeOf(value));
  for (const [field, content] of Object.entries(value)) copied[field] = copy(content);
  return copied;
}

const operations = {
  array,
  copy,
  filled: (target: Mql5Array, items: unknown[]) => {
    target.items.splice(0, items.length, ...items);
    return target;
  },
  at(target: Mql5Array, index: number): unknown {
    if (index < 0 || index >= target.items.length) throw new CriticalError(`array out of range: [${index}]`);
    return target.items[index];
  },
  put(target: Mql5Array, index: number, value: unknown): void {
    operations.at(target, index);
    target.items[index] = value;
  },
  divide(left: number, right: number): number {
    if (right === 0) throw new CriticalError("zero divide");
    return Math.trunc(left / right);
  },
  rest(left: number, right: number): number {
    if (right === 0) throw new CriticalError("zero divide");
    return left % right;
  },
};

/** Brings translated code to life. */
export function load(code: string, runtime: Runtime): LoadedProgram {
  const start = new Script(`(function ($) { "use strict";\n${code}\n})`, { filename: "translated.mq5.js" });
  return start.runInThisContext()({ ...operations, ...runtime });
}
