import { createExpressions } from "./expressions.ts";
import { createScope, typeOf, type World } from "./scope.ts";
import { emptyOf, translateFunction } from "./statements.ts";
import type { Declaration, Declarator, Expression, FunctionDeclaration, Statement } from "./syntax.ts";
import { LanguageError } from "./tokens.ts";
import { scalarOf } from "./types.ts";

/** A program as JavaScript. */
export interface Translation {
  /** The body of a function of `$` (see runtime.ts); it returns `{ functions, globals }`. */
  readonly code: string;
  /** Functions of MQL5 that the program calls. */
  readonly calledOfMql5: ReadonlySet<string>;
  /** The name of an enum's value. */
  readonly enumValue: (type: string, value: number) => string;
}

type Defined = FunctionDeclaration & { readonly body: Statement };

/**
 * Checks a program and translates it. Every name must be declared, every type must fit as it would without a warning of
 * MQL5's compiler, every function of MQL5 must be in the reference. Throws LanguageError. `waits` tells which functions
 * of MQL5 return promises here.
 */
export function translate(declarations: readonly Declaration[], waits: ReadonlySet<string>): Translation {
  const world = collect(declarations);
  const defined = [...world.functions.values()].filter((one): one is Defined => one.body !== undefined);
  const calls = callsOf(world, defined);
  const waiting = spread(calls, waits);
  const isAsync = (name: string) => waiting.has(name);
  const expressions = createExpressions(world, { isAsync, onCall: () => {} });
  const globals: string[] = [];
  for (const declaration of declarations) {
    if (declaration.kind !== "variable") continue;
    const { variable, isInput } = declaration;
    const value = globalValue(variable);
    globals.push(
      `let v_${variable.name} = ${isInput ? `$.input(${JSON.stringify(variable.name)}, ${value})` : value};`,
    );
  }
  const functions = defined.map((one) => translateFunction(world, expressions, one, isAsync(one.name)));
  const names = [...world.globals.entries()].filter(([, { constant }]) => constant === undefined);
  const code = [
    ...[...world.structs.values()].map((struct) => structClass(struct.name, struct.declarators)),
    ...globals,
    ...functions,
    `return { functions: { ${defined.map(({ name }) => `${name}: f_${name}`).join(", ")} }, globals: { ${names
      .map(([name, { code }]) => `get ${name}() { return ${code}; }`)
      .join(", ")} }, structs: { ${[...world.structs.keys()].map((name) => `${name}: S_${name}`).join(", ")} } };`,
  ].join("\n");
  const called = [...calls.values()].flatMap((names) => [...names]);
  const calledOfMql5 = new Set(called.filter((name) => !world.functions.get(name)?.body));
  return { code, calledOfMql5, enumValue };

  function enumValue(type: string, value: number): string {
    const [name = `${type} ${value}`] =
      [...world.globals].find(
        ([, one]) => one.type.kind === "enum" && one.type.name === type && one.constant === BigInt(value),
      ) ?? [];
    return name;
  }

  function globalValue(variable: Declarator): string {
    const type = typeOf(world, variable);
    const { initial, array, at } = variable;
    if (!initial) return emptyOf(type, array);
    const scope = createScope(world.globals);
    return expressions.copied(expressions.evaluate(initial, scope), type, at);
  }

  function structClass(name: string, fields: readonly Declarator[]): string {
    const lines = fields.map((field) => `this.${field.name} = ${emptyOf(typeOf(world, field), field.array)};`);
    const layout = fields.map(({ name, type, array }) => [name, array === undefined ? type : "array"]);
    return `class S_${name} { static layout = ${JSON.stringify(layout)}; constructor() { ${lines.join(" ")} } }`;
  }
}

/** Gathers all that is declared at the top of files. */
function collect(declarations: readonly Declaration[]): World {
  const world: World = { structs: new Map(), enums: new Set(), functions: new Map(), globals: new Map() };
  const taken = new Set<string>();
  for (const declaration of declarations) {
    switch (declaration.kind) {
      case "directive":
        break;
      case "struct": {
        const fields = new Map(declaration.fields.map((field) => [field.name, typeOf(world, field)] as const));
        world.structs.set(declaration.name, { name: declaration.name, fields, declarators: declaration.fields });
        break;
      }
      case "enum":
        world.enums.add(declaration.name);
        for (const [name, value] of declaration.values) {
          const type = { kind: "enum", name: declaration.name } as const;
          addGlobal(
            name,
            { type, code: `${value}`, isConst: true, isBoxed: false, constant: BigInt(value) },
            declaration.at,
          );
        }
        break;
      case "variable": {
        const { variable, isInput } = declaration;
        const type = typeOf(world, variable);
        const bare = { type, code: `v_${variable.name}`, isConst: variable.isConst || isInput, isBoxed: false };
        const constant = variable.isConst ? constantOf(variable.initial) : undefined;
        const code =
          constant === undefined ? bare.code : scalarOf(type)?.held === "bigint" ? `${constant}n` : `${constant}`;
        addGlobal(variable.name, constant === undefined ? bare : { ...bare, code, constant }, declaration.at);
        break;
      }
      case "function":
        if (world.functions.has(declaration.name))
          throw new LanguageError(declaration.at, `${declaration.name} is there already`);
        world.functions.set(declaration.name, declaration);
    }
  }
  return world;

  function addGlobal(name: string, variable: Parameters<typeof world.globals.set>[1], at: string): void {
    if (taken.has(name)) throw new LanguageError(at, `${name} is there already`);
    taken.add(name);
    world.globals.set(name, variable);
  }

  function constantOf(initial: Expression | undefined): bigint | undefined {
    if (!initial || initial.kind === "list") return undefined;
    const nothing = { isAsync: () => false, onCall: () => {} };
    return createExpressions(world, nothing).evaluate(initial, createScope(world.globals)).constant;
  }
}

/** Which functions each of ours calls. */
function callsOf(world: World, defined: readonly Defined[]): Map<string, Set<string>> {
  const calls = new Map<string, Set<string>>();
  for (const one of defined) {
    const names = new Set<string>();
    const expressions = createExpressions(world, { isAsync: () => false, onCall: (name) => names.add(name) });
    translateFunction(world, expressions, one, false);
    calls.set(one.name, names);
  }
  return calls;
}

/** A function that calls one which waits, waits. */
function spread(calls: ReadonlyMap<string, ReadonlySet<string>>, waits: ReadonlySet<string>): Set<string> {
  const waiting = new Set(waits);
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const [name, called] of calls) {
      if ([...called].some((one) => waiting.has(one))) waiting.add(name);
    }
  }
  return waiting;
}
