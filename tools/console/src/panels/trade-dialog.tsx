import { useSignal } from "@preact/signals";
import type { TradeDetail, TradeView } from "@tradesage/contracts";
import { useEffect, useMemo } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import { tagsOf } from "../desk/tags.ts";
import { clock, dayAndTime } from "../format.ts";
import { CommandDialog } from "./command-dialog.tsx";
import { TextField } from "./text-field.tsx";

interface TradeDialogProps {
  desk: Desk;
  trade: TradeView;
  /** Tags in use. */
  offers: readonly string[];
  onClose: () => void;
}

/** A trade with its fills, every move of its stops and how far the market went; and its tags, which can be changed. */
export function TradeDialog({ desk, trade, offers, onClose }: TradeDialogProps) {
  const detail = useSignal<TradeDetail | undefined>(undefined);
  const tags = useSignal(trade.tags.join(", "));
  useEffect(() => {
    const { accountId, tradeId } = trade;
    desk.api.call("getTrade", { accountId, tradeId }).then(
      (answer) => {
        detail.value = answer;
      },
      () => {}, // what the list has of it is shown
    );
  }, [desk, trade, detail]);
  const changes = useMemo(() => tagChanges(trade.tags, tagsOf(tags.value)), [trade, tags.value]);
  const { tradeId } = trade;
  return (
    <CommandDialog
      title={`${trade.side} ${trade.volume} ${trade.symbol}, opened ${dayAndTime(trade.openedAt)}`}
      action="Set tags"
      what={changes.added.length + changes.removed.length === 0 ? undefined : changes}
      send={async (key) => {
        const { added, removed } = changes;
        const first = removed.length && (await desk.trade.send("untagTrade", { tradeId, tags: removed }, `${key}-off`));
        if (first && first.is !== "done") return first;
        return added.length ? desk.trade.send("tagTrade", { tradeId, tags: added }, key) : { is: "done" };
      }}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          {detail.value === undefined ? <p class="empty">Reading</p> : <Detail trade={detail.value} />}
          {desk.mayTrade.value && (
            <TextField
              label="Tags"
              hint="apart by commas"
              value={tags}
              error={errorOf("tags")}
              offers={offers}
              optional
            />
          )}
        </>
      )}
    </CommandDialog>
  );
}

function tagChanges(before: readonly string[], now: readonly string[]) {
  return { added: now.filter((tag) => !before.includes(tag)), removed: before.filter((tag) => !now.includes(tag)) };
}

function Detail({ trade }: { trade: TradeDetail }) {
  const { excursion, initialStop, initialRisk, r, stopMoves, stopWidened } = trade;
  const inR = (value: string | undefined) => (value === undefined ? "" : ` (${value} R)`);
  const facts = [
    ["Initial stop", initialStop],
    ["Initial risk", initialRisk],
    ["Result in R", r],
    ["Stop moved", `${stopMoves} times${stopWidened ? ", away once at least" : ""}`],
    ["Furthest against (MAE)", excursion && `${excursion.mae}${inR(excursion.maeR)}`],
    ["Furthest for (MFE)", excursion && `${excursion.mfe}${inR(excursion.mfeR)}`],
  ] as const;
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="number">{value ?? "–"}</dd>
          </div>
        ))}
      </dl>
      <ol class="activity">
        {happenedIn(trade).map(({ position, at, text }) => (
          <li key={`${position} ${text}`}>
            <time class="muted" dateTime={at}>
              {clock(at)}
            </time>{" "}
            {text}
          </li>
        ))}
      </ol>
    </>
  );
}

/** Its fills and its stops in the order in which they came. */
function happenedIn({ fills, stops }: TradeDetail) {
  const all = [
    ...fills.map(({ position, at, kind, volume, price }) => ({ position, at, text: `${kind} ${volume} at ${price}` })),
    ...stops.map(({ position, at, stopLoss, takeProfit, trailed, actor }) => ({
      ...{ position, at },
      text: `stop ${stopLoss ?? "off"}, target ${takeProfit ?? "off"}, ${trailed ? "trailed" : `by ${actor}`}`,
    })),
  ];
  return all.sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1));
}
