/** A price with its instrument's digits; as it came where they are not known. */
export const price = (value: number, digits: number | undefined): string =>
  digits === undefined ? String(value) : value.toFixed(digits);

/**
 * A price in the parts that traders read it by: 1.39 **14** 8. Prices of 3 and 5 digits end in a tenth of a pip.
 */
export function priceParts(value: number, digits: number): { head: string; pips: string; tenth: string } {
  const text = value.toFixed(digits);
  const tenths = digits === 3 || digits === 5 ? 1 : 0;
  const end = text.length - tenths;
  const begin = digits >= 2 ? end - 2 : end;
  return { head: text.slice(0, begin), pips: text.slice(begin, end), tenth: text.slice(end) };
}

/** The distance of bid and ask in the smallest digit. */
export const spread = (bid: number, ask: number, digits: number): string => ((ask - bid) * 10 ** digits).toFixed(0);

/** Money as people read it: grouped, two digits at least. `amount` is a decimal, read only to be shown. */
export const money = (amount: string | number, currency: string): string =>
  `${new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Number(amount))} ${currency}`;

/** With its sign, so that it does not take a colour to see it; a minus of full width. */
export function signed(amount: number, currency: string): string {
  const sign = amount > 0 ? "+" : amount < 0 ? "−" : "";
  return `${sign}${money(Math.abs(amount), currency)}`;
}

/** `OrderPartlyFilled` as `Order partly filled`. */
export const words = (name: string): string =>
  name.replaceAll(
    /(?<=[a-z])([A-Z])|_([a-z])/g,
    (_, upper?: string, lower?: string) => ` ${(upper ?? lower ?? "").toLowerCase()}`,
  );

/** On the disk: 1.2 GB. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** How long before another moment something was, in its largest unit. */
export function ago(moment: string | undefined, now: string): string {
  if (moment === undefined) return "never";
  const seconds = Math.max(0, (Date.parse(now) - Date.parse(moment)) / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

export const clock = (iso: string): string => new Date(iso).toLocaleTimeString("en-GB");

export const dayAndTime = (iso: string): string =>
  new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
