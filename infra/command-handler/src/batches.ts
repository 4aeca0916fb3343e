import { Refused } from "@tradesage/contracts";

export interface BatchOptions<Item, Result> {
  /** The most items that are worked on together. */
  readonly most: number;
  /** The most items that may wait for one key. */
  readonly waiting: number;
  /** Gives each item's result, in order; what it throws fails every item of the batch. */
  readonly work: (key: string, items: readonly Item[]) => Promise<readonly Result[]>;
}

/**
 * One key's items are worked on in order, one batch at a time: whatever came while a batch was at work is the next
 * batch. Keys do not wait for each other.
 * @throws Refused RATE_LIMITED, from the returned function, when too many wait already.
 */
export function createBatches<Item, Result>({ most, waiting, work }: BatchOptions<Item, Result>) {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  const queues = new Map<string, Waiting[]>();

  async function drain(key: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, most);
      try {
        const results = await work(
          key,
          batch.map(({ item }) => item),
        );
        batch.forEach(({ resolve }, index) => {
          resolve(results[index] as Result);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  return (key: string, item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      const entry = { item, resolve, reject };
      const queue = queues.get(key);
      if (!queue) {
        const started = [entry];
        queues.set(key, started);
        void drain(key, started);
      } else if (queue.length < waiting) queue.push(entry);
      else reject(new Refused("RATE_LIMITED", `${waiting} commands already wait for this aggregate`));
    });
}
