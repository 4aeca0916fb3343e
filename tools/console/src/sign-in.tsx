import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Brand } from "./brand.tsx";

export function SignIn({ reason, onToken }: { reason: string; onToken: (token: string) => void }) {
  const token = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = (event: Event) => {
    event.preventDefault();
    const given = token.value.trim();
    if (given !== "") onToken(given);
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <Brand />
        <h1>Sign in</h1>
        <p class="muted">
          Watch prices, orders and positions of your tenant live, and trade; as an operator, watch all tenants.
        </p>
        {reason !== "" && (
          <p class="alert" role="alert">
            {reason}
          </p>
        )}
        <label class="field">
          <span>Access token</span>
          <input
            ref={field}
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            value={token.value}
            onInput={({ currentTarget }) => {
              token.value = currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
        <p class="hint">
          The token stays in this tab. To make one:{" "}
          <code>npm -s run tradesage -- token --tenant demo --role trader</code>
        </p>
      </form>
    </main>
  );
}
