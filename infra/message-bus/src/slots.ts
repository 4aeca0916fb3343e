/** Bounds how much runs at once; what comes later waits its turn, first come first served. */
export interface Slots {
  readonly waiting: number;
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createSlots(size: number): Slots {
  let free = size;
  const queue: (() => void)[] = [];
  return {
    get waiting() {
      return queue.length;
    },
    async run(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => queue.push(resolve));
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next) next();
        else free++;
      }
    },
  };
}
