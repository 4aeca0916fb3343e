import { styleText } from "node:util";
import { prettyFactory } from "pino-pretty";

const colours = ["cyan", "magenta", "yellow", "green", "blue", "red"] as const;
const colorize = process.stdout.isTTY === true && !process.env["NO_COLOR"];
const pretty = prettyFactory({
  colorize,
  ignore: "pid,hostname,service,name,version",
  singleLine: true,
  translateTime: "SYS:HH:MM:ss.l",
});

/** Makes a line of a log readable and says whose it is; `names` are all that may speak, so that columns line up. */
export function readable(names: readonly string[]): (name: string, line: string) => string {
  const width = Math.max(...names.map((name) => name.length));
  return (name, line) => {
    const prefix = name.padEnd(width);
    const colour = colours[names.indexOf(name) % colours.length] ?? "cyan";
    const text = line.startsWith("{") ? pretty(line).trimEnd() : line;
    return `${colorize ? styleText(colour, prefix) : prefix} │ ${text}`;
  };
}
