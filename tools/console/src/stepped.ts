/** A decimal one step up or down, on the grid of the step and inside its bounds; text that is no number becomes the least. */
export function stepped(text: string, step: string, direction: 1 | -1, min?: string, max?: string): string {
  const digits = Math.max(digitsOf(step), digitsOf(min ?? "0"));
  const least = min === undefined ? 0 : Number(min);
  const most = max === undefined ? Number.POSITIVE_INFINITY : Number(max);
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return least.toFixed(digits);
  const steps = Math.round(value / Number(step)) + direction;
  return Math.min(most, Math.max(least, steps * Number(step))).toFixed(digits);
}

const digitsOf = (decimal: string) => decimal.split(".")[1]?.replace(/0+$/, "").length ?? 0;
