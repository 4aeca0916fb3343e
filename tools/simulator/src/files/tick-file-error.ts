/** What is wrong with a file of ticks, and in which line. */
export class TickFileError extends Error {
  override readonly name = "TickFileError";
  readonly file: string;
  /** From 1; absent where the file as a whole is wrong. */
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, problem: string, options?: ErrorOptions) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${problem}`, options);
    this.file = file;
    this.line = line;
  }
}
