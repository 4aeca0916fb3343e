import type { TerminalTick } from "../terminal-tick.ts";

/** Reads one line after the other. Throws an Error that says what is wrong with the line. */
export type LineReader = (line: string) => TerminalTick;
