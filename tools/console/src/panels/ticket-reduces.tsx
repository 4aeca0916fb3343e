import { useEffect, useId } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import { type TicketSignals, WHATEVER_IS_HELD } from "../desk/ticket.ts";

interface TicketReducesProps {
  desk: Desk;
  ticket: TicketSignals;
  error: string | undefined;
  disabled: boolean;
}

/** Whether the order may open anything: in hedging it is said which position it closes. */
export function TicketReduces({ desk, ticket: { reduces }, error, disabled }: TicketReducesProps) {
  const id = useId();
  const { account, positions = [] } = desk.book.picture.value ?? {};
  const held = positions.filter(({ symbol }) => symbol === desk.symbol.value);
  const offered =
    account?.mode === "hedging"
      ? held.map(({ positionId, side, volume, averagePrice }) => ({
          value: positionId,
          text: `Yes: ${side} ${volume} at ${averagePrice}`,
        }))
      : [{ value: WHATEVER_IS_HELD, text: "Yes" }];
  const isOffered = offered.some(({ value }) => value === reduces.value);
  useEffect(() => {
    if (!isOffered) reduces.value = "";
  }, [isOffered, reduces]);
  return (
    <div class="field">
      <label for={id}>Reduce only</label>
      <select
        id={id}
        value={reduces.value}
        disabled={disabled}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onChange={({ currentTarget }) => {
          reduces.value = currentTarget.value;
        }}
      >
        <option value="">No: it may open</option>
        {offered.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
