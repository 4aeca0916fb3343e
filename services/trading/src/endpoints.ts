import type { CommandHandler, CommandTable } from "@tradesage/command-handler";
import {
  type CommandEnvelope,
  type CommandReply,
  type JsonObject,
  PLATFORM,
  refuse,
  streams,
  Terminal,
} from "@tradesage/contracts";
import type { History } from "./history/history.ts";
import type { Markets } from "./markets/markets.ts";
import type { Mt5Venue } from "./mt5-venue/mt5-venue.ts";

interface Parts {
  readonly account: CommandHandler;
  readonly instrument: CommandHandler;
  readonly journal: CommandHandler;
  readonly desk: CommandHandler;
  readonly markets: Markets;
  readonly history: Pick<History, "isActive" | "isKnown" | "mayTrade" | "catchUp">;
  readonly mt5: Pick<Mt5Venue, "accountOf">;
}

/** What this service takes from the bus. What venues say is not among it: they are in this process. */
export function endpoints({ account, instrument, journal, desk, markets, history, mt5 }: Parts): CommandTable {
  return {
    OpenAccount: ofActiveTenant(async (envelope) => {
      if (!history.mayTrade(envelope.tenant)) return refuse("NOT_IN_TEMPLATE");
      const terminal = Terminal.safeParse(envelope.data["terminal"]);
      if (!terminal.success) return account.handle(envelope);
      const holder = mt5.accountOf(envelope.tenant, terminal.data) ?? envelope.data["accountId"];
      if (holder !== envelope.data["accountId"]) return refuse("TERMINAL_TAKEN", undefined, terminal.data);
      return account.handle(envelope);
    }),
    Deposit: account.handle,
    Withdraw: account.handle,
    GiveCredit: account.handle,
    TakeCredit: account.handle,
    AdjustBalance: account.handle,
    PlaceOrder: knowingItsInstrument(account.handle),
    PlaceLinkedOrders: knowingItsInstrument(account.handle),
    SetPaperTerms: account.handle,
    ClearPaperTerms: account.handle,
    ModifyOrder: account.handle,
    ProtectPosition: knowingItsInstrument(account.handle),
    CancelOrder: account.handle,
    CancelAllOrders: account.handle,
    ClosePositionBy: knowingItsInstrument(account.handle),
    ReversePosition: knowingItsInstrument(account.handle),
    ClosePosition: knowingItsInstrument(account.handle),
    SetTradingState: account.handle,
    SetRiskRules: account.handle,
    WriteEntry: journal.handle,
    AmendEntry: journal.handle,
    WithdrawEntry: journal.handle,
    TagTrade: journal.handle,
    UntagTrade: journal.handle,
    SetDeskState: ofDesk,
    SetRollover: ofDesk,
    SetDeskPaperTerms: ofDesk,
    DefineInstrument: ofActiveTenant(instrument.handle),
    ChangeInstrument: instrument.handle,
  };

  /** What begins something: all else needs an account or an instrument that began so. */
  function ofActiveTenant(handle: CommandHandler["handle"]): CommandHandler["handle"] {
    return async (envelope) => {
      if (!history.isActive(envelope.tenant)) await history.catchUp(streams.tenant(envelope.tenant));
      if (!history.isActive(envelope.tenant)) return refuse("TENANT_NOT_ACTIVE");
      return handle(envelope);
    };
  }

  /** Once it is answered, nothing is decided here against it. */
  async function ofDesk(envelope: CommandEnvelope): Promise<CommandReply> {
    const { tenant } = envelope;
    if (envelope.data["tenantId"] !== tenant)
      return refuse("INVALID_INPUT", "the tenant of the command is not the one that the envelope is for");
    if (tenant !== PLATFORM) {
      if (!history.isKnown(tenant)) await history.catchUp(streams.tenant(tenant));
      if (!history.isKnown(tenant)) return refuse("TENANT_NOT_FOUND");
      if (!history.mayTrade(tenant)) return refuse("NOT_IN_TEMPLATE");
    }
    const reply = await desk.handle(envelope);
    await history.catchUp(streams.desk(tenant));
    return reply;
  }

  /** An instrument that was defined a moment ago, by whichever instance, is known to the order that follows. */
  function knowingItsInstrument(handle: CommandHandler["handle"]): CommandHandler["handle"] {
    return async (envelope) => {
      const { tenant } = envelope;
      for (const symbol of unknownSymbols(envelope)) await history.catchUp(streams.instrument(tenant, symbol));
      return handle(envelope);
    };
  }

  function unknownSymbols({ tenant, data }: CommandEnvelope): string[] {
    const orders = Array.isArray(data["orders"]) ? data["orders"] : [];
    const symbols = [data, ...orders].map((named) => (named as JsonObject | null)?.["symbol"]);
    return symbols.filter(
      (symbol) => typeof symbol === "string" && markets.of(tenant).instrument(symbol) === undefined,
    ) as string[];
  }
}
