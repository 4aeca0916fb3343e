import type {
  BrokerDeal,
  CancelReason,
  InstructionAction,
  InstrumentSymbol,
  OrderId,
  OrderKind,
  QuoteUsed,
  Side,
  Terminal,
  Ticket,
  Trailing,
} from "@tradesage/contracts";
import { Map as PersistentMap } from "immutable";
import { type Big, zero } from "../../calculation/decimal.ts";
import type { Named } from "../position-name.ts";
import type { Stops, Trailing as TrailingTerms } from "../stops.ts";

/** What was asked of an order that is at the broker, and is not settled. */
export type Asked =
  | { readonly what: "cancel"; readonly reason: CancelReason }
  | {
      readonly what: "change";
      readonly limitPrice?: string | undefined;
      readonly stopPrice?: string | undefined;
      readonly expiresAt?: string | undefined;
      /** How its stop trails; or the quote that it follows. */
      readonly trailing?: Trailing | undefined;
      readonly quote?: QuoteUsed | undefined;
    };

/** An order of an account at a broker, for ever: a deal of it may come at any time. */
export interface BrokersOrder {
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly kind: OrderKind;
  readonly volume: Big;
  readonly remaining: Big;
  /** How its own stop trails, and what the position is protected by that it opens: the stop loss as it was sent. */
  readonly trailing: TrailingTerms | undefined;
  readonly stops: Stops;
  /** Its placement was begun. One that was placed by somebody else is at the broker from the first. */
  readonly isBegun: boolean;
  readonly ticket: Ticket | undefined;
  readonly asked: Asked | undefined;
  /** Why it ends: the broker took the cancel. */
  readonly cancelled: CancelReason | undefined;
  /** The orders that are cancelled once this one is filled. */
  readonly oco: readonly OrderId[];
  readonly isFilled: boolean;
  /** An order that it is linked with was filled: its cancel is asked for until it is no more. */
  readonly mustGo: boolean;
  /** How often its cancel was sent, and until when the last one may be on its way: milliseconds since the epoch. */
  readonly cancels: { readonly count: number; readonly until: number };
}

/** Something that was sent, and of which it is not known yet what became. */
export interface OpenInstruction {
  readonly action: InstructionAction;
  readonly orderId: OrderId | undefined;
  /** The position that it is about. */
  readonly position: Named | undefined;
  /** UTC, milliseconds: it is not begun later. */
  readonly deadline: number;
  readonly status: "sent" | "unknown";
  /** Where the stop begins to trail of the position that its order opens. */
  readonly stopLoss: string | undefined;
}

/** An account at a broker, beside what every account is. */
export interface Broker {
  readonly terminal: Terminal;
  /** It has begun with what the broker had. */
  readonly isAdopted: boolean;
  readonly orders: PersistentMap<OrderId, BrokersOrder>;
  readonly byTicket: PersistentMap<Ticket, OrderId>;
  readonly byMagic: PersistentMap<string, OrderId>;
  readonly instructions: PersistentMap<string, OpenInstruction>;
  /** Every deal that was recorded; `null`: it was there when the account began. */
  readonly deals: PersistentMap<Ticket, BrokerDeal | null>;
  /** What its balance was reconciled by of deals that were not seen, and may be seen yet. */
  readonly unseen: Big;
  /** Stops that were asked for a position and are not settled, by the position's key. */
  readonly protections: PersistentMap<string, Protection>;
  /** Positions that were asked to be closed by an opposite one, by their key. */
  readonly closings: PersistentMap<string, Closing>;
}

export interface Protection extends Named {
  readonly stopLoss?: string | undefined;
  readonly takeProfit?: string | undefined;
  /** How the stop loss trails, and the quote that it followed. */
  readonly trailingStop?: Trailing | undefined;
  readonly quote?: QuoteUsed | undefined;
  /** The instruction that was sent for it. */
  readonly sentAs?: string | undefined;
}

interface Closing extends Named {
  readonly by: OrderId;
}

export const noBroker = (terminal: Terminal): Broker => ({
  terminal,
  isAdopted: false,
  unseen: zero,
  orders: PersistentMap(),
  byTicket: PersistentMap(),
  byMagic: PersistentMap(),
  instructions: PersistentMap(),
  deals: PersistentMap(),
  protections: PersistentMap(),
  closings: PersistentMap(),
});
