import { brokerEvents, moneyEvents, paperEvents, riskEvents } from "@tradesage/contracts";

const all = <Events extends object>(events: Events) =>
  Object.fromEntries(Object.keys(events).map((name) => [name, "ignored"])) as {
    readonly [Name in keyof Events & string]: "ignored";
  };

/** Families of an account's events, for read models that they say nothing to. */
export const ignored = {
  broker: all(brokerEvents),
  money: all(moneyEvents),
  paper: all(paperEvents),
  risk: all(riskEvents),
} as const;
