import { useSignal } from "@preact/signals";
import type { PositionView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { nameOf } from "../desk/order-changes.ts";
import { price, signed } from "../format.ts";
import { Headings } from "./headings.tsx";
import { OutcomeNote } from "./outcome-note.tsx";
import { ProtectPosition } from "./protect-position.tsx";
import { useCommand } from "./use-command.ts";

export function Positions({ desk, positions }: { desk: Desk; positions: readonly PositionView[] }) {
  const command = useCommand();
  const protecting = useSignal<PositionView | undefined>(undefined);
  const close = (position: PositionView) =>
    command.give({ close: position.positionId }, (key) => desk.trade.send("closePosition", nameOf(position), key));
  return (
    <>
      <OutcomeNote outcome={command.outcome} done="Order placed that closes the position" />
      {protecting.value && (
        <ProtectPosition
          desk={desk}
          position={protecting.value}
          onClose={() => {
            protecting.value = undefined;
          }}
        />
      )}
      {positions.length === 0 && <p class="empty">No open positions</p>}
      <table hidden={positions.length === 0}>
        <Headings names={["Instrument", "Side", "Volume", "Average", "Stop", "Target", "Now", "Profit", ""]} />
        <tbody>
          {positions.map((position) => (
            <Row
              key={position.positionId}
              desk={desk}
              position={position}
              onClose={() => void close(position)}
              onProtect={() => {
                protecting.value = position;
              }}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

interface RowProps {
  desk: Desk;
  position: PositionView;
  onClose: () => void;
  onProtect: () => void;
}

function Row({ desk, position, onClose, onProtect }: RowProps) {
  const { positionId, symbol, side, volume, averagePrice, stopLoss, trailingStop, takeProfit } = position;
  const worth = desk.book.worth.value;
  const valued = worth?.positions.find((one) => one.positionId === positionId);
  const instrument = desk.market.instruments.value.find((one) => one.symbol === symbol);
  const profit = valued?.profit === undefined ? undefined : Number(valued.profit);
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="symbol"
          onClick={() => {
            desk.symbol.value = symbol;
          }}
        >
          {symbol}
        </button>
      </th>
      <td class={`side ${side}`} data-label="Side">
        {side}
      </td>
      <td class="number" data-label="Volume">
        {volume}
      </td>
      <td class="number" data-label="Average">
        {averagePrice}
      </td>
      <td class="number" data-label="Stop">
        {stopLoss ?? "–"} {trailingStop && `± ${trailingStop.distance}`}
      </td>
      <td class="number" data-label="Target">
        {takeProfit ?? "–"}
      </td>
      <td class="number" data-label="Now">
        {valued?.price === undefined ? "–" : price(Number(valued.price), instrument?.digits)}
      </td>
      <td
        class="number"
        data-label="Profit"
        data-moved={profit === undefined || profit === 0 ? "still" : profit > 0 ? "up" : "down"}
      >
        {profit === undefined ? "–" : signed(profit, worth?.currency ?? "")}
      </td>
      <td class="action">
        {desk.mayTrade.value && (
          <>
            <button type="button" class="quiet" aria-label={`Stops of the ${symbol} position`} onClick={onProtect}>
              Stops
            </button>
            <button type="button" class="quiet" aria-label={`Close the ${symbol} position`} onClick={onClose}>
              Close
            </button>
          </>
        )}
      </td>
    </tr>
  );
}
