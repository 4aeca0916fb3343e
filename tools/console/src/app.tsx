import { signal } from "@preact/signals";
import { createDesk, type Desk } from "./desk/desk.ts";
import { DeskView } from "./desk-view.tsx";
import { SignIn } from "./sign-in.tsx";
import { forgetToken, keepToken, keptToken } from "./token.ts";

const desk = signal<Desk | undefined>();
const reason = signal("");

function signIn(token: string): void {
  const opened = createDesk({ url: location.origin, token });
  keepToken(token);
  desk.value = opened;
  // The socket says why it will have nothing more to do with this token.
  opened.connection.subscribe((state) => {
    if (state.is === "refused" && desk.peek() === opened) signOut(state.error.message);
  });
}

function signOut(why = ""): void {
  forgetToken();
  reason.value = why;
  desk.peek()?.close();
  desk.value = undefined;
}

const kept = keptToken();
if (kept !== undefined) signIn(kept);

export function App() {
  if (desk.value) return <DeskView desk={desk.value} onSignOut={() => signOut()} />;
  return <SignIn reason={reason.value} onToken={signIn} />;
}
