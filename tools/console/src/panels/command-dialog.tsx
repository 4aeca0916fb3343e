import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Outcome } from "../desk/outcome.ts";
import { OutcomeNote } from "./outcome-note.tsx";
import { useCommand } from "./use-command.ts";

interface CommandDialogProps {
  title: string;
  /** What its button says. */
  action: string;
  /** All that is written in it now; undefined where nothing is yet that could be sent. */
  what: unknown;
  send: (key: string) => Promise<Outcome>;
  onClose: () => void;
  children: (errorOf: (...fields: readonly string[]) => string | undefined) => ComponentChildren;
}

/** A form over the page that gives a command, and closes once that is done. Escape closes it, too. */
export function CommandDialog({ title, action, what, send, onClose, children }: CommandDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const command = useCommand();
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const submit = async (event: Event) => {
    event.preventDefault();
    const outcome = await command.give(what, send);
    if (outcome?.is === "done") close();
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={id}>{title}</h2>
        {children(command.errorOf)}
        <OutcomeNote outcome={command.outcome} done="Done" />
        <footer>
          <button type="button" class="quiet" onClick={close}>
            Leave
          </button>
          <button type="submit" class="primary" disabled={what === undefined || command.isSending}>
            {action}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
