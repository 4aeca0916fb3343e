import { type Expressions, variableOf } from "./expressions.ts";
import { implicit } from "./operators.ts";
import { createScope, type Scope, typeOf, type World } from "./scope.ts";
import type { Declarator, Expression, FunctionDeclaration, Statement } from "./syntax.ts";
import { LanguageError } from "./tokens.ts";
import { scalarOf, type Type, zeroOf } from "./types.ts";

/** JavaScript that makes a new value of a type, with nothing in it. */
export function emptyOf(type: Type, size?: number | "dynamic"): string {
  if (type.kind === "array") {
    return `$.array(() => ${emptyOf(type.of)}, ${typeof size === "number" ? size : 0}, ${JSON.stringify(elementName(type.of))})`;
  }
  return type.kind === "struct" ? `new S_${type.name}()` : zeroOf(type);
}

const elementName = (type: Type): string => (type.kind === "scalar" ? type.name : type.kind);

/** Translates a function with its body. */
export function translateFunction(
  world: World,
  { evaluate, assignment, copied, test }: Expressions,
  declared: FunctionDeclaration & { readonly body: Statement },
  isAsync: boolean,
): string {
  const result = typeOf(world, { type: declared.result, at: declared.at });
  const scope = createScope(world.globals);
  for (const parameter of declared.parameters) {
    const type = typeOf(world, parameter);
    if (!parameter.isReference && !scalarOf(type)) {
      throw new LanguageError(parameter.at, "arrays and structs are passed by reference");
    }
    scope.add(parameter.name, variableOf(type, parameter), parameter.at);
  }
  const names = declared.parameters.map(({ name }) => `v_${name}`).join(", ");
  return `${isAsync ? "async " : ""}function f_${declared.name}(${names}) ${statement(declared.body, scope)}`;

  function statement(node: Statement, scope: Scope): string {
    switch (node.kind) {
      case "block": {
        const inner = scope.inner();
        return `{\n${node.body.map((one) => statement(one, inner)).join("\n")}\n}`;
      }
      case "declare":
        return node.variables.map((variable) => declare(variable, scope)).join("\n");
      case "expression":
        return `${effect(node.expression, scope)};`;
      case "if": {
        const otherwise = node.otherwise ? ` else ${statement(node.otherwise, scope)}` : "";
        return `if (${test(node.test, scope)}) ${statement(node.then, scope)}${otherwise}`;
      }
      case "for": {
        const inner = scope.inner();
        const first = node.first ? statement(node.first, inner) : ";";
        const condition = node.test ? test(node.test, inner) : "";
        const step = node.step ? effect(node.step, inner) : "";
        return `for (${first} ${condition}; ${step}) ${statement(node.body, inner)}`;
      }
      case "while":
        return `while (${test(node.test, scope)}) ${statement(node.body, scope)}`;
      case "switch":
        return choose(node, scope);
      case "return":
        return returned(node.value, node.at, scope);
      case "break":
      case "continue":
        return `${node.kind};`;
    }
  }

  function effect(expression: Expression, scope: Scope): string {
    if (expression.kind === "assign" || expression.kind === "step") return assignment(expression, scope);
    if (expression.kind === "call") return evaluate(expression, scope).code;
    throw new LanguageError(expression.at, "this does nothing");
  }

  function declare(variable: Declarator, scope: Scope): string {
    const type = typeOf(world, variable);
    const value = initial(variable, type, scope);
    scope.add(variable.name, variableOf(type, variable), variable.at);
    return `let v_${variable.name} = ${value};`;
  }

  /** MQL5 leaves what is in a new local variable to chance, so every simple one must be given a value. */
  function initial({ initial, array, at }: Declarator, type: Type, scope: Scope): string {
    if (!initial) {
      if (type.kind === "array" && array === "dynamic") return emptyOf(type);
      throw new LanguageError(at, "a local variable begins with a value");
    }
    if (initial.kind !== "list") return copied(evaluate(initial, scope), type, at);
    if (type.kind === "array") {
      const items = initial.items.map((item) => implicit(evaluate(item, scope), type.of, item.at));
      return `$.filled(${emptyOf(type, array)}, [${items.join(", ")}])`;
    }
    if (type.kind !== "struct" || initial.items.length > 0) throw new LanguageError(at, "only {} begins a struct");
    return emptyOf(type);
  }

  function choose({ value, cases, at }: Statement & { kind: "switch" }, scope: Scope): string {
    const tested = evaluate(value, scope);
    const inner = scope.inner();
    const text = cases.map((one) => {
      const labels = one.tests.map((label) => `case ${implicit(evaluate(label, scope), tested.type, label.at)}:`);
      if (one.isDefault) labels.push("default:");
      if (labels.length === 0) throw new LanguageError(at, "a case is missing");
      return `${labels.join(" ")}\n${one.body.map((line) => statement(line, inner)).join("\n")}`;
    });
    return `switch (${tested.code}) {\n${text.join("\n")}\n}`;
  }

  function returned(value: Expression | undefined, at: string, scope: Scope): string {
    if (!value !== (result.kind === "void")) throw new LanguageError(at, `${declared.name} returns ${declared.result}`);
    return value ? `return ${copied(evaluate(value, scope), result, at)};` : "return;";
  }
}
