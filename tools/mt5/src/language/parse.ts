import { parseExpression } from "./parse-expression.ts";
import type { Case, Declaration, Declarator, Expression, Statement } from "./syntax.ts";
import { readTokens, type TokenReader } from "./token-reader.ts";
import { LanguageError, tokenize } from "./tokens.ts";
import { isScalar } from "./types.ts";

/**
 * Reads one file of MQL5. `types` are the names of structs and enums that are known so far; those of the file are
 * added. Throws LanguageError at whatever is not of the subset.
 */
export function parse(file: string, source: string, types: Set<string>): Declaration[] {
  const tokens = readTokens(tokenize(file, source));
  const declarations: Declaration[] = [];
  const parts = createParts(tokens, types);
  while (tokens.peek().kind !== "end") declarations.push(...parts.declaration());
  return declarations;
}

function createParts(tokens: TokenReader, types: Set<string>) {
  const isType = (name: string) => isScalar(name) || types.has(name);
  const expression = () => parseExpression(tokens, isType);

  function declaration(): Declaration[] {
    const { kind, text, at } = tokens.peek();
    if (kind === "directive") return [{ kind, text: tokens.take().text, at }];
    if (tokens.takeIf("struct")) return [struct(at)];
    if (tokens.takeIf("enum")) return [enumeration(at)];
    const isInput = tokens.takeIf("input");
    if (tokens.peek(1).kind === "name" && tokens.peek(2).text === "(") return [functionDeclaration(at)];
    if (text !== "const" && !isType(tokens.peek().text)) {
      throw new LanguageError(at, `${text} begins no declaration of the subset`);
    }
    return variables().map((variable) => ({ kind: "variable", isInput, variable, at }));
  }

  function struct(at: string): Declaration {
    const name = tokens.expectName().text;
    types.add(name);
    tokens.expect("{");
    const fields: Declarator[] = [];
    while (!tokens.takeIf("}")) fields.push(...variables());
    tokens.expect(";");
    return { kind: "struct", name, fields, at };
  }

  function enumeration(at: string): Declaration {
    const name = tokens.expectName().text;
    types.add(name);
    tokens.expect("{");
    const values: (readonly [string, number])[] = [];
    do {
      const { text } = tokens.expectName();
      const previous = values.at(-1)?.[1] ?? -1;
      values.push([text, tokens.takeIf("=") ? Number(tokens.take().text) : previous + 1]);
    } while (tokens.takeIf(","));
    tokens.expect("}");
    tokens.expect(";");
    return { kind: "enum", name, values, at };
  }

  function functionDeclaration(at: string): Declaration {
    const result = tokens.expectName().text;
    const name = tokens.expectName().text;
    tokens.expect("(");
    const parameters: Declarator[] = [];
    let isVariadic = false;
    while (!tokens.takeIf(")")) {
      if (parameters.length > 0 || isVariadic) tokens.expect(",");
      if (tokens.takeIf(".")) {
        tokens.expect(".");
        tokens.expect(".");
        isVariadic = true;
      } else parameters.push(declarator(typeName()));
    }
    const declared = { kind: "function", result, name, parameters, isVariadic, at } as const;
    return tokens.takeIf(";") ? declared : { ...declared, body: block() };
  }

  function typeName(): { type: string; isConst: boolean } {
    const isConst = tokens.takeIf("const");
    const { text, at } = tokens.expectName();
    if (!isType(text)) throw new LanguageError(at, `${text} is no type`);
    return { type: text, isConst };
  }

  function declarator({ type, isConst }: { type: string; isConst: boolean }): Declarator {
    const isReference = tokens.takeIf("&");
    const { text: name, at } = tokens.expectName();
    const bare: Declarator = { type, name, isConst, isReference, at };
    const array = tokens.takeIf("[") ? dimension() : undefined;
    const shaped = array === undefined ? bare : { ...bare, array };
    return tokens.takeIf("=") ? { ...shaped, initial: expression() } : shaped;
  }

  function dimension(): number | "dynamic" {
    const size = tokens.peek().kind === "number" ? Number(tokens.take().text) : "dynamic";
    tokens.expect("]");
    return size;
  }

  /** `int a = 1, b = 2;` */
  function variables(): Declarator[] {
    const type = typeName();
    const found = [declarator(type)];
    while (tokens.takeIf(",")) found.push(declarator(type));
    tokens.expect(";");
    return found;
  }

  function block(): Statement {
    const { at } = tokens.expect("{");
    const body: Statement[] = [];
    while (!tokens.takeIf("}")) body.push(statement());
    return { kind: "block", body, at };
  }

  function bracketed(): Expression {
    tokens.expect("(");
    const inside = expression();
    tokens.expect(")");
    return inside;
  }

  function statement(): Statement {
    const { text, at } = tokens.peek();
    switch (text) {
      case "{":
        return block();
      case "if":
        return ifStatement();
      case "for":
        return forStatement();
      case "while":
        tokens.take();
        return { kind: "while", test: bracketed(), body: statement(), at };
      case "switch":
        return switchStatement();
      case "return": {
        tokens.take();
        if (tokens.takeIf(";")) return { kind: "return", at };
        return { kind: "return", value: ended(expression()), at };
      }
      case "break":
      case "continue":
        tokens.take();
        tokens.expect(";");
        return { kind: text, at };
    }
    return simple();
  }

  /** A declaration or an expression, with its semicolon. */
  function simple(): Statement {
    const { text, at } = tokens.peek();
    const isDeclaration = text === "const" || (isType(text) && tokens.peek(1).kind === "name");
    if (isDeclaration) return { kind: "declare", variables: variables(), at };
    return { kind: "expression", expression: ended(expression()), at };
  }

  function ended(found: Expression): Expression {
    tokens.expect(";");
    return found;
  }

  function ifStatement(): Statement {
    const { at } = tokens.take();
    const test = bracketed();
    const then = statement();
    if (!tokens.takeIf("else")) return { kind: "if", test, then, at };
    return { kind: "if", test, then, otherwise: statement(), at };
  }

  function forStatement(): Statement {
    const { at } = tokens.take();
    tokens.expect("(");
    const first = tokens.takeIf(";") ? {} : { first: simple() };
    const test = tokens.peek().text === ";" ? {} : { test: expression() };
    tokens.expect(";");
    const step = tokens.peek().text === ")" ? {} : { step: expression() };
    tokens.expect(")");
    return { kind: "for", ...first, ...test, ...step, body: statement(), at };
  }

  function switchStatement(): Statement {
    const { at } = tokens.take();
    const value = bracketed();
    tokens.expect("{");
    const cases: Case[] = [];
    while (!tokens.takeIf("}")) cases.push(oneCase());
    return { kind: "switch", value, cases, at };
  }

  function oneCase(): Case {
    const tests: Expression[] = [];
    let isDefault = false;
    for (;;) {
      if (tokens.takeIf("default")) isDefault = true;
      else if (tokens.takeIf("case")) tests.push(expression());
      else break;
      tokens.expect(":");
    }
    const body: Statement[] = [];
    while (!["case", "default", "}"].includes(tokens.peek().text)) body.push(statement());
    return { tests, isDefault, body };
  }

  return { declaration };
}
