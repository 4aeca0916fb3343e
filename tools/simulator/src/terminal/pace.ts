/** How fast recorded time passes: `1x` as it was, `60x` a minute in a second, `max` as fast as they are taken. */
export type Speed = "max" | `${number}x`;

/** Says how many milliseconds to wait before a tick of this time; the first one starts the clock. */
export function createPace(speed: Speed, now: () => number = Date.now): (timeMsc: number) => number {
  if (speed === "max") return () => 0;
  const factor = Number(speed.slice(0, -1));
  if (!(factor > 0 && speed.endsWith("x"))) throw new RangeError(`"${speed}" is no speed: 1x, 60x, max`);
  let start: { recorded: number; real: number } | undefined;
  return (timeMsc) => {
    start ??= { recorded: timeMsc, real: now() };
    return start.real + (timeMsc - start.recorded) / factor - now();
  };
}
