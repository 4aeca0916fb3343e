/** The head of a table; a heading without text stands over actions. */
export function Headings({ names }: { names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name === "" ? <span class="visually-hidden">Action</span> : name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
