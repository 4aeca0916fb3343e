/** The types of the subset. `datetime` is seconds in 64 bits; an enum is an int that converts to no other enum. */
export type Type =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  | { readonly kind: "enum" | "struct"; readonly name: string }
  | { readonly kind: "array"; readonly of: Type }
  | { readonly kind: "void" };

interface Scalar {
  /** How JavaScript holds it. */
  readonly held: "boolean" | "number" | "bigint" | "string";
  readonly bits: number;
  readonly isSigned: boolean;
  readonly isFloating?: true;
}

const scalars = {
  bool: { held: "boolean", bits: 8, isSigned: false },
  char: { held: "number", bits: 8, isSigned: true },
  uchar: { held: "number", bits: 8, isSigned: false },
  short: { held: "number", bits: 16, isSigned: true },
  ushort: { held: "number", bits: 16, isSigned: false },
  int: { held: "number", bits: 32, isSigned: true },
  uint: { held: "number", bits: 32, isSigned: false },
  long: { held: "bigint", bits: 64, isSigned: true },
  ulong: { held: "bigint", bits: 64, isSigned: false },
  datetime: { held: "bigint", bits: 64, isSigned: true },
  double: { held: "number", bits: 64, isSigned: true, isFloating: true },
  string: { held: "string", bits: 0, isSigned: false },
} as const satisfies Record<string, Scalar>;

export type ScalarName = keyof typeof scalars;

export const isScalar = (name: string): boolean => name === "void" || Object.hasOwn(scalars, name);

export const scalarType = (name: ScalarName): Type => ({ kind: "scalar", name });

export const bool = scalarType("bool");
export const int = scalarType("int");
export const string = scalarType("string");

/** What is known of a simple type; an enum is as an int. `undefined` for structs, arrays and void. */
export function scalarOf(type: Type): Scalar | undefined {
  if (type.kind === "enum") return scalars.int;
  return type.kind === "scalar" ? scalars[type.name] : undefined;
}

export const isInteger = (type: Type): boolean => {
  const scalar = scalarOf(type);
  return (scalar?.held === "number" || scalar?.held === "bigint") && !scalar.isFloating;
};
export const isNumeric = (type: Type): boolean => isInteger(type) || scalarOf(type)?.isFloating === true;

export function nameOf(type: Type): string {
  if (type.kind === "array") return `${nameOf(type.of)}[]`;
  return type.kind === "void" ? "void" : type.name;
}

export const isSame = (one: Type, other: Type): boolean => nameOf(one) === nameOf(other);

/** Whether a whole number can be held without loss. */
export function fits(value: bigint, type: Type): boolean {
  const scalar = scalarOf(type);
  if (!scalar || scalar.held === "string" || scalar.held === "boolean") return false;
  if (scalar.isFloating) return true;
  return (scalar.isSigned ? BigInt.asIntN : BigInt.asUintN)(scalar.bits, value) === value;
}

/** Whether every value of one type is a value of the other: what MQL5 converts by itself without a warning. */
export function widens(from: Type, to: Type): boolean {
  const [source, target] = [scalarOf(from), scalarOf(to)];
  if (isSame(from, to)) return true;
  if (!source || !target || to.kind === "enum" || !isInteger(from) || !isNumeric(to)) return false;
  if (target.isFloating) return source.bits <= 32;
  if (source.isSigned === target.isSigned) return source.bits <= target.bits;
  return target.isSigned && source.bits < target.bits;
}

/** The type in which MQL5 computes with two operands: as in C, nothing below int. */
export function commonType(left: Type, right: Type): Type {
  const rank = ["int", "uint", "long", "ulong", "double"] as const;
  const rankOf = (type: Type) => {
    const { bits, isSigned, isFloating } = scalarOf(type) as Scalar;
    if (isFloating) return 4;
    return (bits === 64 ? 2 : 0) + (bits >= 32 && !isSigned ? 1 : 0);
  };
  return scalarType(rank[Math.max(rankOf(left), rankOf(right))] ?? "int");
}

/** Brings a JavaScript number or bigint expression into the range of a type, as the processor would. */
export function wrap(code: string, to: Type): string {
  const { held, bits, isSigned, isFloating } = scalarOf(to) as Scalar;
  if (isFloating) return code;
  if (held === "bigint") return `BigInt.${isSigned ? "asIntN" : "asUintN"}(64, ${code})`;
  if (bits === 32) return isSigned ? `(${code} | 0)` : `(${code} >>> 0)`;
  const mask = `(${code} & ${2 ** bits - 1})`;
  return isSigned ? `(${mask} << ${32 - bits} >> ${32 - bits})` : mask;
}

/** A JavaScript expression of one simple type as another: an explicit cast. */
export function convert(code: string, from: Type, to: Type): string {
  const [source, target] = [scalarOf(from) as Scalar, scalarOf(to) as Scalar];
  if (isSame(from, to)) return code;
  if (target.held === "string") return `String(${code})`;
  if (target.held === "boolean") return `(${code} != 0)`;
  if (target.isFloating) return `Number(${code})`;
  if (target.held === "bigint") {
    const whole = source.isFloating ? `BigInt(Math.trunc(${code}))` : `BigInt(${code})`;
    return wrap(source.held === "bigint" ? code : whole, to);
  }
  if (source.held === "bigint") return wrap(`Number(BigInt.asIntN(32, ${code}))`, to);
  if (source.isFloating) return wrap(`Number(BigInt.asIntN(64, BigInt(Math.trunc(${code}))))`, to);
  return wrap(`Number(${code})`, to);
}

/** What a variable of a simple type holds before anything is put in. */
export function zeroOf(type: Type): string {
  return { boolean: "false", number: "0", bigint: "0n", string: '""' }[(scalarOf(type) as Scalar).held];
}
