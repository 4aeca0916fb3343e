import type { TimeInForce } from "@tradesage/contracts";
import { useId } from "preact/hooks";
import { type TicketSignals, timesFor } from "../desk/ticket.ts";

const times: Readonly<Record<TimeInForce, string>> = {
  gtc: "Until cancelled",
  day: "Today (UTC)",
  gtd: "Until a time",
  ioc: "At once, what there is",
  fok: "At once, all or none",
};

interface TicketTimeProps {
  ticket: TicketSignals;
  error: string | undefined;
  disabled: boolean;
}

/** How long the order stands. */
export function TicketTime({ ticket: { kind, timeInForce, until }, error, disabled }: TicketTimeProps) {
  const id = useId();
  const offered = timesFor(kind.value);
  const chosen = offered.includes(timeInForce.value) ? timeInForce.value : "gtc";
  const described = error === undefined ? undefined : `${id}-error`;
  return (
    <div class="field">
      <label for={id}>Stands</label>
      <select
        id={id}
        value={chosen}
        disabled={disabled}
        aria-describedby={described}
        onChange={({ currentTarget }) => {
          timeInForce.value = currentTarget.value as TimeInForce;
        }}
      >
        {offered.map((name) => (
          <option key={name} value={name}>
            {times[name]}
          </option>
        ))}
      </select>
      {chosen === "gtd" && (
        <input
          type="datetime-local"
          aria-label="Until"
          required
          disabled={disabled}
          value={until.value}
          onInput={({ currentTarget }) => {
            until.value = currentTarget.value;
          }}
        />
      )}
      {error !== undefined && (
        <p class="error" id={described}>
          {error}
        </p>
      )}
    </div>
  );
}
