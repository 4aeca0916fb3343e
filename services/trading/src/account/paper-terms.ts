import {
  type AccountCommand,
  type AccountEvent,
  type Currency,
  canonicalJson,
  type DataOf,
  type InstrumentSpecification,
  type PaperTerms,
} from "@tradesage/contracts";
import { convert } from "../calculation/conversion.ts";
import { type Big, decimal, hundred, larger, moneyText, roundMoney, zero } from "../calculation/decimal.ts";
import { instrumentOf, type Market, type Moment } from "../calculation/market.ts";
import { unitsOf } from "../calculation/profit.ts";
import type { Account } from "./account.ts";

type SetPaperTerms = DataOf<AccountCommand, "SetPaperTerms">;

export function setPaperTerms(account: Account, { accountId, ...terms }: SetPaperTerms): AccountEvent[] {
  if (canonicalJson(account.paperTerms ?? null) === canonicalJson(terms)) return [];
  return [{ type: "PaperTermsSet", data: { accountId, terms } }];
}

export const clearPaperTerms = ({ accountId, paperTerms }: Account): AccountEvent[] =>
  paperTerms ? [{ type: "PaperTermsCleared", data: { accountId } }] : [];

/** Every fill among these events costs what the account's terms say, or those of its tenant. */
export function charged(account: Account, events: readonly AccountEvent[], moment: Moment): AccountEvent[] {
  const { accountId, currency } = account;
  const decidedBy = (account.paperTerms ?? moment.paperTerms)?.commission ?? { model: "none" };
  const commissions = events.flatMap((event): AccountEvent[] => {
    if (event.type !== "OrderFilled") return [];
    const { orderId, executionId, symbol } = event.data;
    const instrument = instrumentOf(moment, symbol);
    const [volume, price] = [decimal(event.data.volume), decimal(event.data.price)];
    const amount = commissionOf(decidedBy, instrument, volume, price, currency, moment);
    if (amount.eq(zero)) return [];
    const named = { accountId, orderId, executionId, symbol };
    return [
      { type: "CommissionCharged", data: { ...named, amount: moneyText(amount, currency), currency, decidedBy } },
    ];
  });
  return [...events, ...commissions];
}

/** In the account's currency: what is owed in another is bought at the ask. */
function commissionOf(
  commission: PaperTerms["commission"],
  instrument: InstrumentSpecification,
  volume: Big,
  price: Big,
  currency: Currency,
  market: Market,
): Big {
  switch (commission.model) {
    case "none":
      return zero;
    case "per_lot":
      return atLeast(commission.minimum, volume.times(decimal(commission.amount)));
    case "percent": {
      const { calculationMode, baseCurrency, profitCurrency, symbol } = instrument;
      const worth = volume.times(price).times(unitsOf(instrument)).times(decimal(commission.percent)).div(hundred);
      const from = calculationMode === "exchange_bonds" ? baseCurrency : profitCurrency;
      return atLeast(commission.minimum, convert(worth, from, currency, "ask", market, { symbol, price }));
    }
  }
  function atLeast(minimum: string | undefined, amount: Big): Big {
    return roundMoney(larger(decimal(minimum ?? "0"), amount), currency);
  }
}
