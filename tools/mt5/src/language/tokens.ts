/** A word of MQL5 source, and where it stands. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "character" | "sign" | "directive" | "end";
  /** Of a string or character: what it says, its escapes resolved. */
  readonly text: string;
  readonly at: string;
}

/** The source is not of the subset of MQL5 that the programs are written in; the message begins with `file:line`. */
export class LanguageError extends Error {
  constructor(at: string, problem: string) {
    super(`${at}: ${problem}`);
    this.name = "LanguageError";
  }
}

const patterns = [
  ["space", /[ \t\r]+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ["directive", /#[^\n]*/y],
  ["number", /0[xX][0-9a-fA-F]+|\d+(\.\d+)?([eE][+-]?\d+)?/y],
  ["name", /[A-Za-z_]\w*/y],
  ["string", /"(?:[^"\\\n]|\\.)*"/y],
  ["character", /'(?:[^'\\\n]|\\.)'/y],
  ["sign", /<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|[-+*/%&|^~!=<>?:;,.(){}[\]]/y],
] as const;

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\", '"': '"', "'": "'" };

/** Cuts source into tokens; comments and blanks fall out, a directive (`#include …`) is one token. */
export function tokenize(file: string, source: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let line = 1;
  while (offset < source.length) {
    const at = `${file}:${line}`;
    if (source[offset] === "\n") {
      offset++;
      line++;
      continue;
    }
    const found = match(source, offset);
    if (!found) throw new LanguageError(at, `what is ${JSON.stringify(source[offset])}?`);
    offset += found.text.length;
    line += found.text.split("\n").length - 1;
    if (found.kind !== "space") tokens.push({ kind: found.kind, text: meaningOf(found, at), at });
  }
  tokens.push({ kind: "end", text: "the end of the file", at: `${file}:${line}` });
  return tokens;
}

type Found = { readonly kind: (typeof patterns)[number][0]; readonly text: string };

function match(source: string, offset: number): Found | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = offset;
    const text = pattern.exec(source)?.[0];
    if (text) return { kind, text };
  }
  return undefined;
}

function meaningOf({ kind, text }: Found, at: string): string {
  if (kind === "directive") return text.replace(/\/\/.*/, "").trim();
  if (kind !== "string" && kind !== "character") return text;
  return text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => {
    const meaning = escapes[letter];
    if (meaning === undefined) throw new LanguageError(at, `the escape \\${letter} is not in the subset`);
    return meaning;
  });
}
