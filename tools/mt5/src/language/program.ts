import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { programsFolder } from "../install.ts";
import { parse } from "./parse.ts";
import type { Declaration } from "./syntax.ts";
import { LanguageError } from "./tokens.ts";
import { type Translation, translate } from "./translate.ts";

const reference = join(programsFolder, "reference/mql5.mqh");

/** Reads a program with what it includes, checks it against MQL5's reference and translates it. Throws LanguageError. */
export function compile(file: string, waits: ReadonlySet<string>): Translation {
  const types = new Set<string>();
  const declarations = [reference, file].flatMap((one) => declarationsOf(one, types));
  return translate(declarations, waits);
}

/** Source that is given as text, and its name. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** Headers as they stand in the folder. */
export const readHeaders = (names: readonly string[]): SourceText[] =>
  names.map((name) => ({ name, text: readFileSync(join(programsFolder, "Include/TradeSage", name), "utf8") }));

/** The same for sources that are given as text, one after the other. */
export function compileText(sources: readonly SourceText[], waits: ReadonlySet<string>): Translation {
  const types = new Set<string>();
  const known = declarationsOf(reference, types);
  return translate([...known, ...sources.flatMap(({ name, text }) => parse(name, text, types))], waits);
}

function declarationsOf(file: string, types: Set<string>, including: readonly string[] = []): Declaration[] {
  if (including.includes(file)) throw new LanguageError(basename(file), "includes itself");
  const source = readFileSync(file, "utf8");
  const declarations: Declaration[] = [];
  // Includes come first, so that their types are known when the file itself is read.
  for (const [, path = ""] of source.matchAll(/^#include <(.+)>/gm)) {
    const included = join(programsFolder, "Include", ...path.split("\\"));
    declarations.push(...declarationsOf(included, types, [...including, file]));
  }
  return [...declarations, ...parse(basename(file), source, types)];
}
