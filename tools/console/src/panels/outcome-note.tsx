import type { Outcome } from "../desk/outcome.ts";

/** What came of a command, told to eyes and to screen readers. */
export function OutcomeNote({ outcome, done }: { outcome: Outcome | undefined; done: string }) {
  return (
    <div class="outcome" aria-live="polite">
      {outcome?.is === "done" && <p class="good">✓ {done}</p>}
      {outcome?.is === "refused" && (
        <p class="alert" role="alert">
          <b>{outcome.code}</b> {outcome.detail}
        </p>
      )}
      {outcome?.is === "unknown" && (
        <p class="alert" role="alert">
          <b>Not known</b> It may have been done ({outcome.detail}). Send it again: it is done once at most.
        </p>
      )}
    </div>
  );
}
