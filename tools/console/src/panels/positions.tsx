import type { PositionView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { price, signed } from "../format.ts";
import { Headings } from "./headings.tsx";

export function Positions({ desk, positions }: { desk: Desk; positions: readonly PositionView[] }) {
  if (positions.length === 0) return <p class="empty">No open positions</p>;
  return (
    <table>
      <Headings names={["Instrument", "Side", "Volume", "Average", "Stop", "Target", "Now", "Profit"]} />
      <tbody>
        {positions.map((position) => (
          <Row key={position.positionId} desk={desk} position={position} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ desk, position }: { desk: Desk; position: PositionView }) {
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
    </tr>
  );
}
