import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

interface TextFieldProps {
  label: string;
  hint?: string;
  value: Signal<string>;
  type?: "text" | "date" | "datetime-local";
  /** Lines to write on; one unless told. */
  lines?: number;
  error: string | undefined;
  optional?: boolean;
  /** What is offered while one writes. */
  offers?: readonly string[];
}

/** Words, or a day, or a moment. */
export function TextField({ label, hint, value, type = "text", lines, error, optional, offers }: TextFieldProps) {
  const id = useId();
  const told = {
    id,
    required: !optional,
    value: value.value,
    "aria-invalid": error !== undefined,
    "aria-describedby": error === undefined ? undefined : `${id}-error`,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
      value.value = currentTarget.value;
    },
  };
  return (
    <div class="field">
      <label for={id}>
        {label} {hint && <small class="muted">{hint}</small>}
      </label>
      {lines === undefined ? (
        <input {...told} type={type} autocomplete="off" list={offers && `${id}-offers`} />
      ) : (
        <textarea {...told} rows={lines} />
      )}
      {offers && (
        <datalist id={`${id}-offers`}>
          {offers.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
