import { LanguageError } from "./tokens.ts";
import {
  bool,
  commonType,
  convert,
  fits,
  int,
  isInteger,
  isNumeric,
  isSame,
  nameOf,
  scalarOf,
  string,
  type Type,
  widens,
  wrap,
} from "./types.ts";

/** An expression as JavaScript. */
export interface Value {
  readonly code: string;
  readonly type: Type;
  /** Of a constant whole number. */
  readonly constant?: bigint;
  /** Where it can be assigned to: JavaScript that stores a value. */
  readonly store?: (value: string) => string;
}

const comparisons = new Set(["==", "!=", "<", ">", "<=", ">="]);

export const whole = (constant: bigint, type: Type): Value => ({
  code: scalarOf(type)?.held === "bigint" ? `${constant}n` : `${constant}`,
  type,
  constant,
});

export function unary(operator: "-" | "!" | "~", operand: Value, at: string): Value {
  if (operator === "!") return { code: `(!${condition(operand, at)})`, type: bool };
  if (!isNumeric(operand.type)) throw new LanguageError(at, `${operator} wants a number`);
  const type = commonType(operand.type, int);
  const code = wrap(`(${operator}${convert(operand.code, operand.type, type)})`, type);
  if (operand.constant === undefined || operator === "~") return { code, type };
  return { code, type, constant: -operand.constant };
}

export function binary(operator: string, left: Value, right: Value, at: string): Value {
  if (operator === "&&" || operator === "||") {
    return { code: `(${condition(left, at)} ${operator} ${condition(right, at)})`, type: bool };
  }
  if (comparisons.has(operator)) return compare(operator, left, right, at);
  if (isSame(left.type, string) && isSame(right.type, string) && operator === "+") {
    return { code: `(${left.code} + ${right.code})`, type: string };
  }
  if (!isNumeric(left.type) || !isNumeric(right.type)) {
    throw new LanguageError(at, `${nameOf(left.type)} ${operator} ${nameOf(right.type)} is not in the subset`);
  }
  const isShift = operator === "<<" || operator === ">>";
  const type = isShift ? commonType(left.type, int) : commonType(left.type, right.type);
  if (type.kind === "scalar" && type.name === "double" && !"+-*/".includes(operator)) {
    throw new LanguageError(at, `${operator} wants whole numbers`);
  }
  return { code: arithmetic(operator, left, right, type), type, ...folded(operator, left, right) };
}

function arithmetic(operator: string, left: Value, right: Value, type: Type): string {
  const [a, b] = [convert(left.code, left.type, type), convert(right.code, right.type, type)];
  const isWide = scalarOf(type)?.held === "bigint";
  if (type.kind === "scalar" && type.name === "double") return `(${a} ${operator} ${b})`;
  if (operator === "*" && !isWide) return wrap(`Math.imul(${a}, ${b})`, type);
  if (operator === "/" || operator === "%")
    return wrap(isWide ? `(${a} ${operator} ${b})` : `$.${operator === "/" ? "divide" : "rest"}(${a}, ${b})`, type);
  if (operator === ">>" && !isWide && !scalarOf(type)?.isSigned) return `(${a} >>> ${b})`;
  return wrap(`(${a} ${operator} ${b})`, type);
}

function folded(operator: string, left: Value, right: Value): { constant?: bigint } {
  if (left.constant === undefined || right.constant === undefined) return {};
  if (operator === "+") return { constant: left.constant + right.constant };
  if (operator === "-") return { constant: left.constant - right.constant };
  if (operator === "*") return { constant: left.constant * right.constant };
  return operator === "|" ? { constant: left.constant | right.constant } : {};
}

function compare(operator: string, left: Value, right: Value, at: string): Value {
  const isEquality = operator === "==" || operator === "!=";
  if (isSame(left.type, right.type) && scalarOf(left.type) && (isEquality || isInteger(left.type))) {
    return { code: `(${left.code} ${operator} ${right.code})`, type: bool };
  }
  const isEnum = left.type.kind === "enum" || right.type.kind === "enum";
  if (isEnum || !isNumeric(left.type) || !isNumeric(right.type)) {
    throw new LanguageError(at, `${nameOf(left.type)} ${operator} ${nameOf(right.type)} is not in the subset`);
  }
  const type = commonType(left.type, right.type);
  for (const side of [left, right]) implicit(side, type, at);
  const [a, b] = [convert(left.code, left.type, type), convert(right.code, right.type, type)];
  return { code: `(${a} ${operator} ${b})`, type: bool };
}

export function cast(operand: Value, type: Type, at: string): Value {
  const isCastable = (one: Type) => isNumeric(one) || isSame(one, bool);
  const toText = isSame(type, string) && isInteger(operand.type);
  if (!toText && !(isCastable(operand.type) && isCastable(type))) {
    throw new LanguageError(at, `${nameOf(operand.type)} is not cast to ${nameOf(type)}`);
  }
  const code = convert(operand.code, operand.type, type);
  const { constant } = operand;
  return constant !== undefined && fits(constant, type) ? { code, type, constant } : { code, type };
}

export function condition(value: Value, at: string): string {
  if (!isSame(value.type, bool)) throw new LanguageError(at, `a condition is a bool, not ${nameOf(value.type)}`);
  return value.code;
}

/** A value where another type is wanted, if nothing can be lost: what else is a warning of MQL5's. */
export function implicit(value: Value, type: Type, at: string): string {
  const { code, constant } = value;
  if (isSame(value.type, type)) return code;
  const isConstant = constant !== undefined && type.kind !== "enum" && fits(constant, type);
  if (isConstant || widens(value.type, type)) return convert(code, value.type, type);
  throw new LanguageError(at, `${nameOf(value.type)} does not become ${nameOf(type)} by itself`);
}
