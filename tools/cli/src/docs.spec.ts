import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "@tradesage/stack";
import { Command } from "commander";
import { beforeAll, expect, test } from "vitest";
import { addCommands } from "./add-commands.ts";

const program = new Command("tradesage");
beforeAll(() => addCommands(program));

/** What a page has in code: of fences each line, and what stands between backticks. */
const codeOf = (page: string) => page.match(/`[^`\n]+`|^.*tradesage.*$/gm) ?? [];
/** Calls of the command line, as words behind its name. */
const callsOf = (page: string) =>
  codeOf(page).flatMap((code) => {
    const [, call] = /(?:^|[`\s])tradesage(?: --)? ([\w-][^`#|>&;(]*)/.exec(code) ?? [];
    return call === undefined ? [] : [call.trim().split(/\s+/)];
  });

/** The first word of a call that is neither a command, nor an option of it, nor something given to it. */
function unknownIn(call: readonly string[]): string | undefined {
  let command: Command = program;
  for (let at = 0; at < call.length; at++) {
    const word = call[at] ?? "";
    const next = command.commands.find((each) => each.name() === word);
    if (next) command = next;
    else if (/^--[a-z]/.test(word) && word !== "--help") {
      const option = command.options.find(({ long }) => long === word.split("=")[0]);
      // The server's own program takes the options of running it.
      if (!option && command.name() !== "event-store") return word;
      if (option?.required) at++;
    } else if (command.commands.length > 0 && /^[a-z]/.test(word)) return word;
  }
  return undefined;
}

const pages = globSync("{README.md,docs/**/*.md,{infra,services,tools}/*/README.md,projections/README.md}", {
  cwd: projectFolder,
});

test.each(pages)("every command of tradesage that %s names is there", (page) => {
  const unknown = callsOf(readFileSync(join(projectFolder, page), "utf8")).flatMap((call) => {
    const word = unknownIn(call);
    return word === undefined ? [] : [`${call.join(" ")}: ${word}`];
  });
  expect(unknown).toEqual([]);
});
