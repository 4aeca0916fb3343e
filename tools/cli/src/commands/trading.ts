import type { Command } from "commander";
import { perform } from "../operations/perform.ts";
import { addVerb, type Verb } from "../operations/verb.ts";
import { accountVerbs } from "../operations/verbs/account.ts";
import { deskVerbs } from "../operations/verbs/desk.ts";
import { journalVerbs } from "../operations/verbs/journal.ts";
import { orderVerbs } from "../operations/verbs/order.ts";
import { positionVerbs } from "../operations/verbs/position.ts";
import { equityCommand } from "./account-equity.ts";

interface Noun {
  readonly name: string;
  readonly description: string;
  readonly verbs: readonly Verb[];
  /** Adds commands that are more than one operation. */
  readonly more?: (noun: Command) => void;
}

export const tradingNouns: readonly Noun[] = [
  {
    name: "account",
    description: "trading accounts, their money and their trades",
    verbs: accountVerbs,
    more: equityCommand,
  },
  { name: "order", description: "place, change and cancel orders", verbs: orderVerbs },
  { name: "position", description: "open positions: close, reverse and protect them", verbs: positionVerbs },
  { name: "desk", description: "the terms that all accounts of a tenant trade on", verbs: deskVerbs },
  { name: "journal", description: "what is noted of an account and its trades", verbs: journalVerbs },
];

/** What a trader does, out of the API's own operations. */
export function tradingCommands(program: Command, does: typeof perform = perform): void {
  for (const { name, description, verbs, more } of tradingNouns) {
    const noun = program.command(name).description(description);
    for (const verb of verbs) addVerb(noun, verb, does);
    more?.(noun);
  }
}
