/** The syntax of the subset of MQL5 that the programs are written in. Everything knows where it stands (`at`). */

/** `const uchar &data[]`, `double bid`, `uchar mask[4]` */
export interface Declarator {
  readonly type: string;
  readonly name: string;
  readonly isConst: boolean;
  readonly isReference: boolean;
  /** Of an array: its number of elements, or that it grows. */
  readonly array?: number | "dynamic";
  readonly initial?: Expression;
  readonly at: string;
}

export type Expression = { readonly at: string } & (
  | { readonly kind: "number" | "string" | "character" | "name"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "index"; readonly array: Expression; readonly index: Expression }
  | { readonly kind: "member"; readonly object: Expression; readonly field: string }
  | { readonly kind: "unary"; readonly operator: "-" | "!" | "~"; readonly operand: Expression }
  | { readonly kind: "step"; readonly operator: "++" | "--"; readonly target: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "choice"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Expression; readonly value: Expression }
  | { readonly kind: "cast"; readonly type: string; readonly operand: Expression }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
);

export type Statement = { readonly at: string } & (
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "declare"; readonly variables: readonly Declarator[] }
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Statement; readonly otherwise?: Statement }
  | {
      readonly kind: "for";
      readonly first?: Statement;
      readonly test?: Expression;
      readonly step?: Expression;
      readonly body: Statement;
    }
  | { readonly kind: "while"; readonly test: Expression; readonly body: Statement }
  | { readonly kind: "switch"; readonly value: Expression; readonly cases: readonly Case[] }
  | { readonly kind: "return"; readonly value?: Expression }
  | { readonly kind: "break" | "continue" }
);

/** `tests` is empty for `default`. */
export interface Case {
  readonly tests: readonly Expression[];
  readonly isDefault: boolean;
  readonly body: readonly Statement[];
}

export interface FunctionDeclaration {
  readonly kind: "function";
  /** Of the result; it has no name. */
  readonly result: string;
  readonly name: string;
  readonly parameters: readonly Declarator[];
  /** Takes any further arguments of simple types, as Print does. */
  readonly isVariadic: boolean;
  /** None in a prototype. */
  readonly body?: Statement;
  readonly at: string;
}

export type Declaration =
  | FunctionDeclaration
  | { readonly kind: "directive"; readonly text: string; readonly at: string }
  | { readonly kind: "variable"; readonly isInput: boolean; readonly variable: Declarator; readonly at: string }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly Declarator[]; readonly at: string }
  | {
      readonly kind: "enum";
      readonly name: string;
      readonly values: readonly (readonly [string, number])[];
      readonly at: string;
    };
