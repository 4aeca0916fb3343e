import { signal } from "@preact/signals";
import { createDesk, type Desk } from "./desk/desk.ts";
import { createOverview, type Overview } from "./desk/overview.ts";
import { DeskView } from "./desk-view.tsx";
import { OverviewView } from "./overview-view.tsx";
import { SignIn } from "./sign-in.tsx";
import { forgetToken, isOfPlatform, keepToken, keptToken } from "./token.ts";

/** What who is signed in sees: a trader his desk, an operator all tenants. */
type Shown = { readonly is: "desk"; readonly desk: Desk } | { readonly is: "overview"; readonly overview: Overview };

const shown = signal<Shown | undefined>();
const reason = signal("");

function signIn(token: string): void {
  shown.value = isOfPlatform(token) ? openOverview(token) : openDesk(token);
  keepToken(token);
}

function openDesk(token: string): Shown {
  const desk = createDesk({ url: location.origin, token });
  // The socket says why it will have nothing more to do with this token.
  desk.connection.subscribe((state) => {
    const now = shown.peek();
    if (state.is === "refused" && now?.is === "desk" && now.desk === desk) signOut(state.error.message);
  });
  return { is: "desk", desk };
}

const openOverview = (token: string): Shown => ({
  is: "overview",
  overview: createOverview({ url: location.origin, token, onRefused: signOut }),
});

function signOut(why = ""): void {
  forgetToken();
  reason.value = why;
  const before = shown.peek();
  if (before?.is === "desk") before.desk.close();
  else before?.overview.close();
  shown.value = undefined;
}

const kept = keptToken();
if (kept !== undefined) signIn(kept);

export function App() {
  const now = shown.value;
  if (now?.is === "desk") return <DeskView desk={now.desk} onSignOut={() => signOut()} />;
  if (now?.is === "overview") return <OverviewView overview={now.overview} onSignOut={() => signOut()} />;
  return <SignIn reason={reason.value} onToken={signIn} />;
}
