/** Where a file's columns are, as its first line names them; -1 for one that is not there. */
export type Columns<Name extends string> = Readonly<Record<Name, number>>;

/** Finds columns by name. `undefined` unless all the `required` are there. */
export function findColumns<Name extends string>(
  header: readonly string[],
  names: readonly Name[],
  required: readonly Name[],
): Columns<Name> | undefined {
  const columns = Object.fromEntries(names.map((name) => [name, header.indexOf(name)])) as Record<Name, number>;
  return required.every((name) => columns[name] >= 0) ? columns : undefined;
}

/** A plain decimal number. Throws an Error that names it. */
export function numberIn(name: string, text: string | undefined): number {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`${name} "${text ?? ""}" is not a number`);
  return Number(text);
}
