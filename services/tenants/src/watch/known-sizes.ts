interface Written {
  readonly schema: string;
  /** Another one whenever something was written to the tenant's tables. */
  readonly mark: string;
}

interface Measured {
  readonly mark: string;
  readonly bytes: number;
  /** Which look it was. */
  readonly look: number;
}

/** Sizes of the tables of schemas, in bytes. */
type Measure = (schemas: readonly string[]) => Promise<ReadonlyMap<string, number>>;

/**
 * The sizes of tenants. To tell one, Postgres looks at each of a hundred files, so it is asked only for tenants that were
 * written to since they were measured, and for `most` of them a look: those that never were come first, then those whose
 * size is oldest. What was never measured has no size yet.
 */
export function knownSizes(most = 1000) {
  let known: ReadonlyMap<string, Measured> = new Map();
  let look = 0;
  return async (tenants: readonly Written[], measure: Measure): Promise<ReadonlyMap<string, number>> => {
    look++;
    const lookOf = ({ schema }: Written) => known.get(schema)?.look ?? 0;
    const due = tenants
      .filter(({ schema, mark }) => known.get(schema)?.mark !== mark)
      .sort((a, b) => lookOf(a) - lookOf(b))
      .slice(0, most);
    const sizes = due.length === 0 ? new Map<string, number>() : await measure(due.map(({ schema }) => schema));
    const now = new Map(due.map(({ schema, mark }) => [schema, { mark, bytes: sizes.get(schema) ?? 0, look }]));
    known = new Map(
      tenants.flatMap(({ schema }): [string, Measured][] => {
        const measured = now.get(schema) ?? known.get(schema);
        return measured ? [[schema, measured]] : [];
      }),
    );
    return new Map([...known].map(([schema, { bytes }]) => [schema, bytes]));
  };
}
