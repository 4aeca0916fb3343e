/** Tags as one writes them in a line, apart by commas or spaces; each once. */
export const tagsOf = (line: string): string[] => [
  ...new Set(
    line
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((tag) => tag !== ""),
  ),
];
