import { binary, cast, condition, implicit, unary, type Value, whole } from "./operators.ts";
import { type Scope, typeOf, type Variable, type World } from "./scope.ts";
import type { Declarator, Expression, FunctionDeclaration } from "./syntax.ts";
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
  scalarType,
  string,
  type Type,
} from "./types.ts";

export interface Calls {
  readonly isAsync: (name: string) => boolean;
  readonly onCall: (name: string) => void;
}

/** Translates the expressions of a function. Throws LanguageError where MQL5 would refuse or warn. */
export function createExpressions(world: World, calls: Calls) {
  function evaluate(expression: Expression, scope: Scope): Value {
    const { at } = expression;
    switch (expression.kind) {
      case "number":
        return literal(expression.text);
      case "character":
        return whole(BigInt(expression.text.charCodeAt(0)), scalarType("ushort"));
      case "string":
        return { code: JSON.stringify(expression.text), type: string };
      case "name":
        return named(expression.text, scope, at);
      case "call":
        return call(expression.name, expression.args, scope, at);
      case "index":
        return element(evaluate(expression.array, scope), numeric(expression.index, scope), at);
      case "member":
        return member(evaluate(expression.object, scope), expression.field, at);
      case "unary":
        return unary(expression.operator, evaluate(expression.operand, scope), at);
      case "binary":
        return binary(expression.operator, evaluate(expression.left, scope), evaluate(expression.right, scope), at);
      case "choice":
        return choice(expression, scope);
      case "cast":
        return cast(evaluate(expression.operand, scope), typeOf(world, expression), at);
      case "step":
      case "assign":
        throw new LanguageError(at, "an assignment is a statement of its own");
      case "list":
        throw new LanguageError(at, "a list may only begin a variable");
    }
  }

  function literal(text: string): Value {
    if (/[.eE]/.test(text) && !/^0x/i.test(text)) return { code: text, type: scalarType("double") };
    const value = BigInt(text);
    const type = (["int", "uint", "long", "ulong"] as const).find((name) => fits(value, scalarType(name)));
    return whole(value, scalarType(type ?? "ulong"));
  }

  function named(name: string, scope: Scope, at: string): Value {
    if (name === "true" || name === "false") return { code: name, type: bool };
    const variable = scope.find(name);
    if (!variable) throw new LanguageError(at, `${name} is not known`);
    const code = variable.isBoxed ? `${variable.code}.value` : variable.code;
    const { type, constant } = variable;
    if (constant !== undefined) return { code, type, constant };
    return variable.isConst ? { code, type } : { code, type, store: (value) => `${code} = ${value}` };
  }

  function element(array: Value, index: Value, at: string): Value {
    if (array.type.kind !== "array") throw new LanguageError(at, `${nameOf(array.type)} is no array`);
    if (!isInteger(index.type)) throw new LanguageError(at, "an index is a whole number");
    const place = `${array.code}, Number(${index.code})`;
    const read = { code: `$.at(${place})`, type: array.type.of };
    return array.store ? { ...read, store: (value) => `$.put(${place}, ${value})` } : read;
  }

  function member(object: Value, field: string, at: string): Value {
    const type = object.type.kind === "struct" ? world.structs.get(object.type.name)?.fields.get(field) : undefined;
    if (!type) throw new LanguageError(at, `${nameOf(object.type)} has no ${field}`);
    const code = `${object.code}.${field}`;
    return object.store ? { code, type, store: (value) => `${code} = ${value}` } : { code, type };
  }

  function choice(expression: Expression & { kind: "choice" }, scope: Scope): Value {
    const [yes, no] = [evaluate(expression.yes, scope), evaluate(expression.no, scope)];
    const type = isSame(yes.type, no.type) ? yes.type : commonType(yes.type, no.type);
    const branches = [yes, no].map((value) => implicit(value, type, expression.at));
    return { code: `(${test(expression.test, scope)} ? ${branches.join(" : ")})`, type };
  }

  function numeric(expression: Expression, scope: Scope): Value {
    const value = evaluate(expression, scope);
    if (!isNumeric(value.type)) throw new LanguageError(expression.at, `${nameOf(value.type)} is no number`);
    return value;
  }

  const test = (expression: Expression, scope: Scope): string => condition(evaluate(expression, scope), expression.at);

  function call(name: string, args: readonly Expression[], scope: Scope, at: string): Value {
    const declared = world.functions.get(name);
    if (!declared) throw new LanguageError(at, `${name} is neither ours nor a function of MQL5 that the list names`);
    calls.onCall(name);
    const given = args.map((expression, index) => argument(declared, index, expression, scope));
    const missing = declared.parameters.slice(args.length).map((parameter) => defaultOf(parameter, name, scope, at));
    const code = `${declared.body ? `f_${name}` : `$.functions.${name}`}(${[...given, ...missing].join(", ")})`;
    const type = typeOf(world, { type: declared.result, at });
    return { code: calls.isAsync(name) ? `(await ${code})` : code, type };
  }

  function argument(declared: FunctionDeclaration, index: number, expression: Expression, scope: Scope): string {
    const { at } = expression;
    const value = evaluate(expression, scope);
    const parameter = declared.parameters[index];
    if (!parameter) {
      if (!declared.isVariadic)
        throw new LanguageError(at, `${declared.name} takes ${declared.parameters.length} values`);
      if (!scalarOf(value.type)) throw new LanguageError(at, `${nameOf(value.type)} cannot be printed`);
      return value.code;
    }
    const type = typeOf(world, parameter);
    if (!parameter.isReference) return implicit(value, type, at);
    const takesAny = parameter.type === "void" && value.type.kind === (parameter.array ? "array" : "struct");
    if (!takesAny && !isSame(value.type, type)) {
      throw new LanguageError(at, `${declared.name} wants ${nameOf(type)}, not ${nameOf(value.type)}`);
    }
    if (!parameter.isConst && !value.store)
      throw new LanguageError(at, `${declared.name} would change what is constant`);
    if (!scalarOf(type)) return value.code;
    return `{ get value() { return ${value.code}; }, set value(next) { ${value.store?.("next") ?? ""}; } }`;
  }

  function defaultOf(parameter: Declarator, name: string, scope: Scope, at: string): string {
    if (!parameter.initial) throw new LanguageError(at, `${name} wants ${parameter.name}`);
    return implicit(evaluate(parameter.initial, scope), typeOf(world, parameter), at);
  }

  /** `target = value`, `target += value`, `target++` */
  function assignment(expression: Expression & { kind: "assign" | "step" }, scope: Scope): string {
    const { at } = expression;
    const target = evaluate(expression.target, scope);
    if (!target.store) throw new LanguageError(at, "this cannot be assigned to");
    if (expression.kind === "step") {
      const next = binary(expression.operator[0] ?? "", target, whole(1n, int), at);
      return target.store(convert(next.code, next.type, target.type));
    }
    const value = evaluate(expression.value, scope);
    if (expression.operator === "=") return target.store(copied(value, target.type, at));
    const next = binary(expression.operator.slice(0, -1), target, value, at);
    implicit(value, target.type, at);
    return target.store(isSame(target.type, string) ? next.code : convert(next.code, next.type, target.type));
  }

  /** A value to keep: structs are copied, and arrays cannot be assigned. */
  function copied(value: Value, type: Type, at: string): string {
    if (type.kind === "array") throw new LanguageError(at, "an array is copied by ArrayCopy");
    return type.kind === "struct" ? `$.copy(${implicit(value, type, at)})` : implicit(value, type, at);
  }

  return { evaluate, assignment, copied, test };
}

export type Expressions = ReturnType<typeof createExpressions>;

/** A parameter or local variable as its scope knows it. */
export const variableOf = (type: Type, { name, isConst, isReference }: Declarator): Variable => ({
  type,
  isConst,
  isBoxed: isReference && scalarOf(type) !== undefined,
  code: `v_${name}`,
});
