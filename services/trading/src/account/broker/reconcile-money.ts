import type { BrokerState, ReconciledBecause } from "@tradesage/contracts";
import { type Big, decimal, larger, moneyText, roundMoney, smaller, zero } from "../../calculation/decimal.ts";
import type { Broker } from "./broker.ts";
import type { Chain } from "./chain.ts";

/** Money is what the broker says. `known` is what was known of him before this state. */
export function reconcileMoney(chain: Chain, state: BrokerState, known: Broker): void {
  const { accountId, currency } = chain.account;
  const differenceOf = (ours: Big, theirs: string) => roundMoney(decimal(theirs).minus(ours), currency);
  const money = (amount: Big) => moneyText(amount, currency);
  for (const [reason, difference] of partsOf(differenceOf(chain.account.balance, state.balance), state, known)) {
    const balance = money(chain.account.balance.plus(difference));
    chain.add({ type: "BalanceReconciled", data: { accountId, balance, difference: money(difference), reason } });
  }
  const difference = differenceOf(chain.account.credit, state.credit);
  if (difference.eq(zero)) return;
  const credit = money(chain.account.credit.plus(difference));
  chain.add({ type: "CreditReconciled", data: { accountId, credit, difference: money(difference) } });
}

/** What a difference of the balance is by what evidence there is; what takes back what was not seen is that, too. */
function partsOf(
  difference: Big,
  { deals }: BrokerState,
  { isAdopted, deals: known, unseen }: Broker,
): readonly (readonly [ReconciledBecause, Big])[] {
  // A deal that was known before is shown: of those behind it none has gone by unseen.
  const isWhole = deals.some(({ ticket }) => known.has(ticket));
  const back = isWhole ? takenBack(unseen, difference) : difference;
  const parts = isAdopted
    ? ([
        ["unseen", back],
        ["correction", difference.minus(back)],
      ] as const)
    : ([["opening", difference]] as const);
  return parts.filter(([, part]) => !part.eq(zero));
}

const takenBack = (unseen: Big, difference: Big): Big =>
  difference.gt(zero)
    ? larger(zero, smaller(difference, unseen.neg()))
    : smaller(zero, larger(difference, unseen.neg()));
