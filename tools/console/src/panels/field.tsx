import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { stepped } from "../stepped.ts";

interface FieldProps {
  label: string;
  unit?: string;
  /** A decimal as text: it is sent as it is written. */
  value: Signal<string>;
  step: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  error: string | undefined;
  disabled: boolean;
  /** It may be left empty. */
  optional?: boolean;
}

/** A decimal that is typed, or changed by a step with the arrow keys and the buttons beside it. */
export function Field({ label, unit, value, step, min, max, error, disabled, optional = false }: FieldProps) {
  const id = useId();
  const change = (direction: 1 | -1) => {
    if (step !== undefined && !disabled) value.value = stepped(value.value, step, direction, min, max);
  };
  return (
    <div class="field">
      <label for={id}>
        {label} {unit && <small class="muted">{unit}</small>}
      </label>
      <div class="stepper">
        <input
          id={id}
          inputMode="decimal"
          autocomplete="off"
          required={!optional}
          disabled={disabled}
          value={value.value}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onInput={({ currentTarget }) => {
            value.value = currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            change(event.key === "ArrowUp" ? 1 : -1);
          }}
        />
        <button
          type="button"
          tabIndex={-1}
          aria-label={`Less ${label.toLowerCase()}`}
          disabled={disabled}
          onClick={() => change(-1)}
        >
          −
        </button>
        <button
          type="button"
          tabIndex={-1}
          aria-label={`More ${label.toLowerCase()}`}
          disabled={disabled}
          onClick={() => change(1)}
        >
          +
        </button>
      </div>
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
