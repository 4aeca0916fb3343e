import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

const benches = readdirSync(import.meta.dirname)
  .map((file) => /^([a-z-]+)\.bench\.ts$/.exec(file)?.[1])
  .filter((name) => name !== undefined)
  .sort();

const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { help: { type: "boolean", short: "h" } },
});
const [chosen] = positionals;

if (values["help"] && chosen === undefined) {
  process.stdout.write(
    `Usage: npm run bench [-- NAME [options]]\n\nMeasures the product beside its limits in the same run. Without a name: all of them.\n\n` +
      `${benches.map((name) => `  ${name}`).join("\n")}\n\nnpm run bench -- NAME --help tells a bench's own options.\n`,
  );
} else if (chosen !== undefined && !benches.includes(chosen)) {
  process.stderr.write(`There is no bench "${chosen}". There are: ${benches.join(", ")}.\n`);
  process.exitCode = 2;
} else {
  const rest = chosen === undefined ? [] : process.argv.slice(process.argv.indexOf(chosen) + 1);
  for (const name of chosen === undefined ? benches : [chosen]) {
    const bench = (await import(`./${name}.bench.ts`)) as { run(args: readonly string[]): Promise<void> };
    process.stdout.write(`\n── ${name}\n`);
    await bench.run(rest);
  }
}
