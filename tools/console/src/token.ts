/** The token lives as long as the tab, in storage that no other tab or origin reads, and never in an address. */
const KEY = "tradesage.token";

export const keptToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;
export const keepToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);
