import { randomUUID } from "node:crypto";
import {
  type AccountId,
  type CommandEnvelope,
  type CommandReply,
  type Evidence,
  type Instruction,
  type InstrumentSymbol,
  type JsonObject,
  magicOf,
  type OrderId,
  type RefusalCode,
  Refused,
  type Report,
  type Snapshot,
  type TenantId,
  type Terminal,
  type Ticket,
  type TimeInForce,
} from "@tradesage/contracts";
import { BusUnavailable } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import type { AccountState } from "../account/account.ts";
import type { Broker } from "../account/broker/broker.ts";
import { identifierOf } from "../account/broker/position-names.ts";
import { recordBrokerState } from "../account/broker/record-broker-state.ts";
import { account as decider } from "../account/index.ts";
import { keyOf, type Named as NamedPosition } from "../account/position-name.ts";
import type { MarketQuote } from "../calculation/market.ts";
import { brokerStateOf } from "./broker-state-of.ts";
import { type Due, dueOf, isUnsettled, subjectOf } from "./due.ts";
import { cancelling, changing, closingBy, type Named, placing, protecting } from "./instruction-of.ts";
import type { ReadAccount } from "./read-accounts.ts";
import { createReadings } from "./readings.ts";
import type { Terminals } from "./terminals.ts";
import { createTrails } from "./trails.ts";

export interface BrokerAccountParts {
  readonly terminals: Terminals;
  readonly read: ReadAccount;
  /** Hands a command to the account, which decides. */
  readonly execute: (envelope: CommandEnvelope) => Promise<CommandReply>;
  /** The newest prices of a tenant's instrument. */
  readonly quoteOf: (tenant: TenantId, symbol: InstrumentSymbol) => MarketQuote | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** One account at a broker: sends what it wants, once, and tells it what the broker shows. */
export interface BrokerAccount {
  readonly accountId: AccountId;
  /** Something happened to the account: its events are read on, and what is due is begun. */
  wake(): void;
  hear(evidence: Evidence): void;
  /** Begins what is due by what was read last. To be called about twice a second. */
  work(): void;
  openOrders(): number;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** An order that could not be sent for so long is given up: prices have moved on. */
const SEND_WITHIN_MS = 60_000;
/** An instruction may be begun for so long. */
const INSTRUCTION_MS = 10_000;
/** A report may come so long after that. */
const REPORT_MS = 5_000;
/**
 * It was begun by another process, or is over; a restored tenant sends and records nothing before it is released; and a
 * stop that is to trail begins at a price.
 */
const quiet: ReadonlySet<RefusalCode> = new Set(["INSTRUCTION_NOT_DUE", "TENANT_HELD", "NO_QUOTE"]);
/** Between two snapshots that are asked for: while something is open, and else. */
const LOOK_MS = { closely: 2_000, idly: 15_000 };
/** What is sent puts a settled state off: stops that follow the market wait for one that is so long due. */
const SETTLED_WITHIN_MS = 30_000;

export function createBrokerAccount(
  tenant: TenantId,
  accountId: AccountId,
  terminal: Terminal,
  { terminals, read, execute, quoteOf, now, logger: parent }: BrokerAccountParts,
): BrokerAccount {
  const logger = parent.child({ tenant, account: accountId });
  const readings = createReadings();
  const trails = createTrails((symbol) => quoteOf(tenant, symbol), now);
  const placed = new Map<OrderId, { readonly at: number; readonly timeInForce: TimeInForce }>();
  const looks = new Map<string, { readonly at: number; readonly epoch: number }>();
  const underWay = new Set<Promise<void>>();
  const beginning = new Set<string>();
  let state: AccountState;
  let next = 0n;
  let reading: Promise<void> = Promise.resolve();
  /** Tickets of positions: in hedging by their identifiers, in netting by their symbols. */
  let tickets: ReadonlyMap<string, Ticket> = new Map();
  let session: string | undefined;
  let takenAtMsc = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Counts what was sent and heard of: a snapshot that was asked for in an earlier epoch proves nothing. */
  let epoch = 0;
  /** This process has seen a settled state of the broker over this connection: nothing is sent before. */
  let isReconciled = false;
  let settledAt = Number.NEGATIVE_INFINITY;
  let hearing: Promise<void> = Promise.resolve();

  async function readOn(): Promise<void> {
    for await (const { event, revision, at } of read(tenant, accountId, next)) {
      state = decider.evolve(state, event);
      next = revision + 1n;
      if (event.type !== "OrderPlaced") continue;
      placed.set(event.data.orderId, { at, timeInForce: event.data.timeInForce ?? "gtc" });
    }
  }
  /** What is in the stream by now has been read. */
  function refresh(): Promise<void> {
    reading = reading.catch(() => undefined).then(readOn);
    return reading;
  }

  async function command(name: string, data: JsonObject): Promise<CommandReply> {
    const reply = await execute({
      ...{ command: name, data: { accountId, ...data }, tenant, actor: "service:mt5-venue" },
      ...{ idempotencyKey: randomUUID(), repeatable: false, correlation: randomUUID() },
      at: new Date(now()).toISOString(),
    });
    if (reply.events.length > 0) await refresh();
    return reply;
  }

  /** Nothing that is under way may end the process: what failed is tried again, or resolved by evidence. */
  function track(work: Promise<unknown>, failure: string): Promise<void> {
    const tracked = work
      .then(() => undefined)
      .catch((error: unknown) => {
        if (error instanceof Refused && quiet.has(error.code)) return;
        logger.warn({ err: error }, failure);
      })
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  }

  function touched(): void {
    epoch++;
    readings.forget();
  }

  function disconnected(): void {
    isReconciled = false;
    readings.forget();
  }

  async function look(): Promise<void> {
    lookedAt = now();
    const id = randomUUID();
    looks.set(id, { at: lookedAt, epoch });
    for (const [asked, { at }] of looks) if (at < lookedAt - SEND_WITHIN_MS) looks.delete(asked);
    try {
      await terminals.look(tenant, terminal, { type: "snapshot-request", id });
    } catch (error) {
      if (error instanceof BusUnavailable) return disconnected();
      throw error;
    }
  }

  /** Written first, then sent: whoever cannot write does not send, and what was written is sent at most once. */
  async function begin(due: Due): Promise<void> {
    const { action } = due;
    const orderId = "orderId" in due ? due.orderId : undefined;
    const magic = orderId === undefined ? "1" : magicOf(accountId, orderId);
    const id = action === "place" ? `place-${magic}` : randomUUID();
    const named: Named = { id, magic, deadlineMsc: now() + INSTRUCTION_MS };
    const planned = instructionOf(due, named);
    if (!planned) return;
    const deadline = new Date(named.deadlineMsc).toISOString();
    const { action: _, ...of } = due;
    const { events } = await command("BeginInstruction", { instructionId: id, action, magic, deadline, ...of });
    if (events.length === 0) return;
    touched();
    const stopLoss = state?.broker?.instructions.get(id)?.stopLoss;
    const report = await send({ ...planned, ...(stopLoss !== undefined && { stopLoss }) });
    touched();
    if (report) await command("RecordReport", { report });
    else await command("DoubtInstruction", { instructionId: id, detail: "no answer came" });
    await look();
  }

  async function send(instruction: Instruction): Promise<Report | undefined> {
    try {
      return await terminals.instruct(tenant, terminal, instruction);
    } catch (error) {
      if (!(error instanceof BusUnavailable)) return undefined;
      disconnected();
      const detail = "the terminal is not connected";
      return { type: "report", id: instruction.id, outcome: "refused", detail };
    }
  }

  function instructionOf(due: Due, named: Named): Instruction | undefined {
    const broker = state?.broker;
    if (!broker) return undefined;
    if (!("orderId" in due)) return instructionOfPosition(due, broker, named);
    const order = state?.orders.get(due.orderId);
    const known = broker.orders.get(due.orderId);
    if (!order || !known) return undefined;
    if (due.action === "place") {
      const closes = order.positionId === undefined ? undefined : ticketOf(broker, order);
      return placing(order, placed.get(due.orderId)?.timeInForce ?? "gtc", named, closes);
    }
    if (known.ticket === undefined) return undefined;
    if (due.action === "cancel") return cancelling(known.ticket, named);
    return known.asked?.what === "change" ? changing(order, known.asked, known.ticket, named) : undefined;
  }

  function instructionOfPosition(
    due: Extract<Due, NamedPosition>,
    broker: Broker,
    named: Named,
  ): Instruction | undefined {
    const ticket = ticketOf(broker, due);
    const [protection, closing] = [broker.protections.get(keyOf(due)), broker.closings.get(keyOf(due))];
    if (ticket === undefined) return undefined;
    if (due.action === "protect") return protection && protecting(protection, ticket, named);
    const by = closing && ticketOf(broker, { symbol: due.symbol, positionId: closing.by });
    return by === undefined ? undefined : closingBy(ticket, by, named);
  }

  /** POSITION_TICKET: in hedging that of the order which opened it, unless the broker has renewed the position. */
  function ticketOf(broker: Broker, { symbol, positionId }: NamedPosition): Ticket | undefined {
    if (positionId === undefined) return tickets.get(symbol);
    const identifier = identifierOf(broker, positionId);
    return tickets.get(identifier) ?? identifier;
  }

  function beginDue(account: NonNullable<AccountState>, broker: Broker): void {
    for (const due of dueOf(account, broker)) {
      const key = `${due.action} ${subjectOf(due)}`;
      if (beginning.has(key)) continue;
      const isLate =
        due.action === "place" && now() - (placed.get(due.orderId)?.at ?? Number.NEGATIVE_INFINITY) > SEND_WITHIN_MS;
      if (!isLate && !isReconciled) continue;
      beginning.add(key);
      const work =
        due.action === "place" && isLate
          ? command("GiveUpOrder", { orderId: due.orderId, detail: "the terminal was not there in time" })
          : begin(due);
      void track(work, "an instruction failed").then(() => beginning.delete(key));
    }
  }

  function doubtLate(broker: Broker): void {
    for (const [instructionId, { status, deadline }] of broker.instructions) {
      const key = `doubt ${instructionId}`;
      if (status !== "sent" || now() < deadline + REPORT_MS || beginning.has(key)) continue;
      beginning.add(key);
      const doubt = command("DoubtInstruction", { instructionId, detail: "no report came in time" });
      void track(doubt, "a doubt could not be recorded").then(() => beginning.delete(key));
    }
  }

  /** In the order in which it comes. */
  async function take({ message, ...evidence }: Evidence): Promise<void> {
    await refresh();
    if (message.type === "snapshot") return takeSnapshot(message, evidence);
    if (!state?.broker?.instructions.has(message.id)) return;
    touched();
    await command("RecordReport", { report: message });
  }

  async function takeSnapshot(snapshot: Snapshot, evidence: Omit<Evidence, "message">): Promise<void> {
    if (session !== evidence.session) {
      session = evidence.session;
      takenAtMsc = 0;
      disconnected();
    }
    // Overtaken by a newer one.
    if (snapshot.takenAtMsc < takenAtMsc) return;
    takenAtMsc = snapshot.takenAtMsc;
    const mode = evidence.marginMode === "hedging" ? "hedging" : "netting";
    if (mode !== state?.mode || snapshot.account.currency !== state.currency) {
      disconnected();
      logger.error({ terminal, marginMode: evidence.marginMode }, "the terminal's account is not of this kind");
      return;
    }
    const shown = brokerStateOf(snapshot, evidence.symbols, mode);
    tickets = new Map(
      snapshot.positions.flatMap(({ name, ticket, identifier }) => {
        const symbol = evidence.symbols[name];
        return symbol === undefined ? [] : [[mode === "hedging" ? identifier : symbol, ticket] as const];
      }),
    );
    const asked = snapshot.request === undefined ? undefined : looks.get(snapshot.request);
    const isComplete = asked?.epoch === epoch && snapshot.broker === "connected";
    const sinceMsc = Math.min(asked?.at ?? 0, snapshot.takenAtMsc - snapshot.utcOffsetSeconds * 1000);
    const told = isComplete ? readings.add({ sinceMsc, state: shown }) : shown;
    if (tellsSomething(told)) {
      // What was read before this news, and comes behind it, would take it for gone.
      if (told.settledSinceMsc === undefined) touched();
      await command("RecordBrokerState", { state: told });
    }
    if (told.settledSinceMsc === undefined || session !== evidence.session) return;
    isReconciled = true;
    settledAt = now();
  }

  /** Decided here first: most snapshots tell nothing new. */
  function tellsSomething(told: ReturnType<typeof brokerStateOf>): boolean {
    return state?.broker !== undefined && recordBrokerState(state, { accountId, state: told }, noMarket).length > 0;
  }

  function work(): void {
    if (!state?.broker) return;
    doubtLate(state.broker);
    beginDue(state, state.broker);
    const mayTrail = isReconciled && now() - settledAt < SETTLED_WITHIN_MS;
    for (const trail of mayTrail ? trails.due(state, state.broker) : [])
      void track(command(trail.type, trail.data), "a stop could not be asked to follow the market");
    const wait = !mayTrail || isUnsettled(state, state.broker) ? LOOK_MS.closely : LOOK_MS.idly;
    if (now() - lookedAt >= wait) void track(look(), "a snapshot could not be asked for");
  }

  return {
    accountId,
    wake: () => void track(refresh().then(work), "the account could not be read"),
    hear(evidence) {
      hearing = hearing.then(() => track(take(evidence), "evidence could not be recorded"));
    },
    work,
    openOrders: () => state?.orders.size ?? 0,
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await hearing;
    },
  };
}

const noMarket = { instrument: () => undefined, quote: () => undefined, pairsOf: () => [] };
