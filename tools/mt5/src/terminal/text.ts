import type { Mql5Array } from "../language/runtime.ts";
import type { Boxed } from "./boxed.ts";

/** What follows a percent sign in a format: flags and width, precision, `I64`, and the kind. */
const directive = /%(?:%|(0?)(\d*)(?:\.(\d+))?(?:I64)?([sduxfg]))/g;

/** MQL5's StringFormat, as far as the programs go. */
function format(template: string, ...values: unknown[]): string {
  let next = 0;
  return template.replace(directive, (whole, zero: string, width: string, precision: string, kind: string) => {
    if (whole === "%%") return "%";
    const value = values[next++];
    return textOf(value, kind, precision).padStart(Number(width || 0), zero ? "0" : " ");
  });
}

function textOf(value: unknown, kind: string, precision: string | undefined): string {
  if (kind === "x") return BigInt(value as number).toString(16);
  if (kind === "f") return Number(value).toFixed(Number(precision ?? 6));
  return String(value);
}

/** The text before the first NUL, where MQL5's strings end. */
const toText = (bytes: readonly number[]) => {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? [...bytes] : bytes.slice(0, end)).toString();
};

export const textFunctions = {
  StringFormat: format,
  StringToCharArray(text: string, target: Mql5Array<number>, start: number, count: number): number {
    const bytes = [...Buffer.from(text), 0];
    const copied = count < 0 ? bytes : bytes.slice(0, count);
    for (const [index, byte] of copied.entries()) target.items[start + index] = byte;
    return copied.length;
  },
  CharArrayToString: (source: Mql5Array<number>, start: number, count: number) =>
    toText(source.items.slice(start, count < 0 ? undefined : start + count)),
  IntegerToString: (value: bigint) => String(value),
  DoubleToString: (value: number, digits: number) => value.toFixed(digits),
  ShortToString: (code: number) => String.fromCharCode(code),
  StringToInteger: (text: string) => BigInt.asIntN(64, BigInt(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0)),
  StringToDouble: (text: string) => Number.parseFloat(text) || 0,
  NormalizeDouble: (value: number, digits: number) => Number(value.toFixed(digits)),
  StringLen: (text: string) => text.length,
  StringFind: (text: string, match: string, start: number) => text.indexOf(match, start),
  StringSubstr: (text: string, start: number, length: number) =>
    length < 0 ? text.slice(start) : text.slice(start, start + length),
  StringSplit(text: string, separator: number, result: Mql5Array<string>): number {
    result.items = text === "" ? [] : text.split(String.fromCharCode(separator));
    return result.items.length;
  },
  StringGetCharacter: (text: string, position: number) => text.charCodeAt(position) || 0,
  StringToLower: (text: Boxed<string>) => change(text, text.value.toLowerCase()),
  StringReplace: (text: Boxed<string>, match: string, replacement: string) =>
    change(
      text,
      text.value.replaceAll(match, () => replacement),
    ),
  StringTrimLeft: (text: Boxed<string>) => change(text, text.value.trimStart()),
  StringTrimRight: (text: Boxed<string>) => change(text, text.value.trimEnd()),
};

function change(text: Boxed<string>, value: string): number {
  const removed = text.value.length - value.length;
  text.value = value;
  return removed;
}
