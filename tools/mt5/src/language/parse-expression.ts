import type { Expression } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";
import { LanguageError } from "./tokens.ts";

/** Loosest first; those of a row bind alike, from the left. */
const binaryOperators = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
const assignments = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="]);

/** Reads an expression. `isType` tells a cast, `(long)x`, from a bracket. */
export function parseExpression(tokens: TokenReader, isType: (name: string) => boolean): Expression {
  const assignment = (): Expression => {
    const target = choice();
    const { text, at, kind } = tokens.peek();
    if (kind !== "sign" || !assignments.has(text)) return target;
    tokens.take();
    return { kind: "assign", operator: text, target, value: assignment(), at };
  };

  const choice = (): Expression => {
    const test = binary(0);
    const { at } = tokens.peek();
    if (!tokens.takeIf("?")) return test;
    const yes = choice();
    tokens.expect(":");
    return { kind: "choice", test, yes, no: choice(), at };
  };

  const binary = (level: number): Expression => {
    const operators = binaryOperators[level];
    if (!operators) return unary();
    let left = binary(level + 1);
    for (;;) {
      const { kind, text, at } = tokens.peek();
      if (kind !== "sign" || !operators.includes(text)) return left;
      tokens.take();
      left = { kind: "binary", operator: text, left, right: binary(level + 1), at };
    }
  };

  const unary = (): Expression => {
    const { text, at, kind } = tokens.peek();
    if (kind === "sign" && (text === "-" || text === "!" || text === "~")) {
      tokens.take();
      return { kind: "unary", operator: text, operand: unary(), at };
    }
    if (kind === "sign" && text === "(" && isType(tokens.peek(1).text)) {
      tokens.take();
      const type = tokens.take().text;
      tokens.expect(")");
      return { kind: "cast", type, operand: unary(), at };
    }
    return postfix();
  };

  const postfix = (): Expression => {
    let expression = primary();
    for (;;) {
      const { text, at, kind } = tokens.peek();
      if (kind !== "sign") return expression;
      if (tokens.takeIf("[")) {
        expression = { kind: "index", array: expression, index: assignment(), at };
        tokens.expect("]");
      } else if (tokens.takeIf(".")) {
        expression = { kind: "member", object: expression, field: tokens.expectName().text, at };
      } else if (text === "++" || text === "--") {
        tokens.take();
        expression = { kind: "step", operator: text, target: expression, at };
      } else return expression;
    }
  };

  const primary = (): Expression => {
    const { kind, text, at } = tokens.take();
    if (kind === "number" || kind === "character") return { kind, text, at };
    if (kind === "string") {
      let whole = text;
      while (tokens.peek().kind === "string") whole += tokens.take().text;
      return { kind, text: whole, at };
    }
    if (kind === "name") {
      return tokens.takeIf("(") ? { kind: "call", name: text, args: list(")"), at } : { kind, text, at };
    }
    if (text === "{") return { kind: "list", items: list("}"), at };
    if (text !== "(") throw new LanguageError(at, `an expression cannot begin with ${text}`);
    const inner = assignment();
    tokens.expect(")");
    return inner;
  };

  const list = (end: string): Expression[] => {
    const items: Expression[] = [];
    if (tokens.takeIf(end)) return items;
    do items.push(assignment());
    while (tokens.takeIf(","));
    tokens.expect(end);
    return items;
  };

  return assignment();
}
