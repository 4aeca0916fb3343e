import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";

type Read<Item> = (accountId: string, options: { after?: string }) => Promise<{ readonly items: readonly Item[] }>;

/**
 * A list of the account, read anew behind each of its events, and when `which` of it changes, for as long as it is shown;
 * undefined before the first time.
 */
export function useList<Item>(
  { book }: Desk,
  read: Read<Item>,
  which?: string,
): ReadonlySignal<readonly Item[] | undefined> {
  const items = useSignal<readonly Item[] | undefined>(undefined);
  const [accountId, asOf] = [book.accountId.value, book.asOf.value];
  useEffect(() => {
    if (accountId === undefined) return;
    let isShown = true;
    read(accountId, asOf === undefined ? {} : { after: asOf }).then(
      (answer) => {
        if (isShown) items.value = answer.items;
      },
      () => {}, // it is asked again at the next event
    );
    return () => {
      isShown = false;
    };
  }, [accountId, asOf, which]);
  return items;
}
