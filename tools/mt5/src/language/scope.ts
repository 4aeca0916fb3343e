import type { Declarator, FunctionDeclaration } from "./syntax.ts";
import { LanguageError } from "./tokens.ts";
import { isScalar, type ScalarName, scalarType, type Type } from "./types.ts";

/** Something that a name stands for. */
export interface Variable {
  readonly type: Type;
  readonly code: string;
  readonly isConst: boolean;
  /** A simple value passed by reference: the code holds `{ value }`. */
  readonly isBoxed: boolean;
  /** Of a constant whole number. */
  readonly constant?: bigint;
}

interface Struct {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Type>;
  readonly declarators: readonly Declarator[];
}

/** What the whole program knows by name. */
export interface World {
  readonly structs: Map<string, Struct>;
  readonly enums: Set<string>;
  readonly functions: Map<string, FunctionDeclaration>;
  readonly globals: Map<string, Variable>;
}

export function typeOf(world: World, { type, array, at }: Pick<Declarator, "type" | "array" | "at">): Type {
  const one = elementType(world, type, at);
  return array === undefined ? one : { kind: "array", of: one };
}

function elementType(world: World, name: string, at: string): Type {
  if (name === "void") return { kind: "void" };
  if (isScalar(name)) return scalarType(name as ScalarName);
  if (world.structs.has(name)) return { kind: "struct", name };
  if (world.enums.has(name)) return { kind: "enum", name };
  throw new LanguageError(at, `${name} is no type`);
}

/** Names of a function, block by block. A name that hides another is refused: MQL5 warns of it. */
export interface Scope {
  find(name: string): Variable | undefined;
  add(name: string, variable: Variable, at: string): void;
  inner(): Scope;
}

export function createScope(globals: ReadonlyMap<string, Variable>, outer?: Scope): Scope {
  const own = new Map<string, Variable>();
  const scope: Scope = {
    find: (name) => own.get(name) ?? outer?.find(name) ?? globals.get(name),
    add(name, variable, at) {
      if (scope.find(name)) throw new LanguageError(at, `${name} hides another ${name}`);
      own.set(name, variable);
    },
    inner: () => createScope(globals, scope),
  };
  return scope;
}
