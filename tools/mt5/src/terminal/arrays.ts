import { CriticalError, copy, type Mql5Array } from "../language/runtime.ts";

/** A struct's fields and their types in order, as the translator notes them. */
type Layout = readonly (readonly [field: string, type: string])[];
type Struct = Record<string, unknown>;

const writers = {
  uchar: [1, "setUint8", "getUint8"],
  ushort: [2, "setUint16", "getUint16"],
  int: [4, "setInt32", "getInt32"],
  uint: [4, "setUint32", "getUint32"],
  long: [8, "setBigInt64", "getBigInt64"],
  ulong: [8, "setBigUint64", "getBigUint64"],
  double: [8, "setFloat64", "getFloat64"],
} as const;

/** Where each field of a struct is: they follow each other without gaps, little endian. */
function placesOf(struct: Struct) {
  const { layout } = struct.constructor as unknown as { layout: Layout };
  let offset = 0;
  const places = layout.map(([field, type]) => {
    const [size, write, read] = writers[type as keyof typeof writers] ?? [];
    if (!size) throw new CriticalError(`${type} ${field} cannot be copied as bytes`);
    const at = offset;
    offset += size;
    return { field, at, write, read };
  });
  return { places, size: offset };
}

export const arrayFunctions = {
  ArraySize: (array: Mql5Array) => array.items.length,
  ArrayResize(array: Mql5Array, size: number): number {
    while (array.items.length < size) array.items.push(array.empty());
    array.items.length = size;
    return size;
  },
  ArrayCopy(target: Mql5Array, source: Mql5Array, targetStart: number, sourceStart: number, count: number): number {
    const copied = source.items.slice(sourceStart, count < 0 ? undefined : sourceStart + count).map(copy);
    while (target.items.length < targetStart) target.items.push(target.empty());
    for (const [index, item] of copied.entries()) target.items[targetStart + index] = item;
    return copied.length;
  },
  ArrayRemove(array: Mql5Array, start: number, count: number): boolean {
    array.items.splice(start, count);
    return true;
  },
  StructToCharArray(struct: Struct, target: Mql5Array<number>, start: number): boolean {
    const { places, size } = placesOf(struct);
    const view = new DataView(new ArrayBuffer(size));
    for (const { field, at, write } of places) (view[write as "setUint8"] as Write)(at, struct[field], true);
    const bytes = new Uint8Array(view.buffer);
    for (const [index, byte] of bytes.entries()) target.items[start + index] = byte;
    return true;
  },
  CharArrayToStruct(struct: Struct, source: Mql5Array<number>, start: number): boolean {
    const { places, size } = placesOf(struct);
    if (source.items.length < start + size) return false;
    const view = new DataView(Uint8Array.from(source.items.slice(start, start + size)).buffer);
    for (const { field, at, read } of places) struct[field] = (view[read as "getUint8"] as Read)(at, true);
    return true;
  },
};

type Write = (this: DataView, at: number, value: unknown, isLittleEndian: boolean) => void;
type Read = (this: DataView, at: number, isLittleEndian?: boolean) => unknown;
