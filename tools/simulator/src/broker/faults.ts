import { returnCodes } from "@tradesage/contracts";
import { mulberry32 } from "../mulberry32.ts";

/** How often what goes wrong, from 0 to 1. */
export interface BrokerMisbehaviour {
  /** Of market orders: filled in part; placed (10008), and filled, or not, later. */
  readonly partial?: number;
  readonly later?: number;
  /** Of requests: carried out, or not, and the answer is a requote, a timeout, or a code that nobody knows. */
  readonly doubtDone?: number;
  readonly doubtUndone?: number;
  /** Of requests: refused, by any code that says so. */
  readonly reject?: number;
  /** Of instructions: the terminal dies before it sends the request; before it reports. */
  readonly crashBefore?: number;
  readonly crashAfter?: number;
  /** A terminal that starts again has lost its ledger. */
  readonly forget?: number;
  /** Of snapshots: the deals are a second older than the orders. */
  readonly lag?: number;
  /** Of instructions and snapshots: the terminal does not reach its broker, and shows what was. */
  readonly offline?: number;
  /** Of what a terminal tells the bridge: it comes twice, and what was told before it comes again behind it. */
  readonly repeat?: number;
}

/** Decides by a seed; the same seed decides the same. */
export interface Luck {
  befalls(fault: keyof BrokerMisbehaviour): boolean;
  /** One of them. */
  one<Item>(items: readonly Item[]): Item;
  /** From 0 up to 1. */
  share(): number;
}

export function createLuck(misbehaviour: BrokerMisbehaviour, seed: number): Luck {
  const random = mulberry32(seed);
  return {
    befalls: (fault) => random() < (misbehaviour[fault] ?? 0),
    one: (items) => items[Math.floor(random() * items.length)] as (typeof items)[number],
    share: random,
  };
}

const codesOf = (meaning: string) =>
  Object.entries(returnCodes)
    .filter(([, code]) => code.meaning === meaning)
    .map(([retcode]) => Number(retcode));
export const rejections = codesOf("rejected");
/** One that the table does not have among them. */
export const doubts = [...codesOf("doubt"), 10_999];
