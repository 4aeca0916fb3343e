import { signed } from "../format.ts";

/** Money with its sign, green or red. */
export function MoneyCell({ amount, currency, label }: { amount: string; currency: string; label: string }) {
  const value = Number(amount);
  return (
    <td class="number" data-label={label} data-moved={value === 0 ? "still" : value > 0 ? "up" : "down"}>
      {signed(value, currency)}
    </td>
  );
}
