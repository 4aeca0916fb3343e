import type { Verb } from "../verb.ts";

export const deskVerbs: readonly Verb[] = [
  {
    name: "terms",
    operation: "getDeskTerms",
    description: "tell on what terms the accounts of a tenant trade",
    arguments: [],
    examples: ["desk terms --tenant acme"],
  },
  {
    name: "rollover",
    operation: "setRollover",
    description: "set when days end and nights are charged; without both, at midnight by each instrument's clock",
    arguments: [],
    shows: "getDeskTerms",
    examples: ["desk rollover --tenant acme --at 17:00 --zone America/New_York", "desk rollover --tenant acme"],
  },
  {
    name: "paper-terms",
    operation: "setDeskPaperTerms",
    description:
      "set how the paper venue fills orders of accounts without terms of their own; what is left out is as without terms",
    arguments: [],
    shows: "getDeskTerms",
    examples: [`desk paper-terms --tenant acme --latency-ms 50 --commission '{"model":"per_lot","amount":"3.50"}'`],
  },
];
