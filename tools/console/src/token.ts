import { PLATFORM } from "@tradesage/contracts";

/** The token lives as long as the tab, in storage that no other tab or origin reads, and never in an address. */
const KEY = "tradesage.token";

export const keptToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;
export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);

/** Whether a token says to be an operator's. It is believed only to choose what to show: the gateway checks it. */
export function isOfPlatform(token: string): boolean {
  try {
    const payload = token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
    return (JSON.parse(atob(payload)) as { tenant?: unknown }).tenant === PLATFORM;
  } catch {
    return false;
  }
}
