import { Brand } from "./brand.tsx";
import type { Overview } from "./desk/overview.ts";
import { TenantsTable } from "./panels/tenants-table.tsx";

/** What an operator sees: every tenant, how it fares and which of its alarms stand. */
export function OverviewView({ overview, onSignOut }: { overview: Overview; onSignOut: () => void }) {
  const { tenants, problem } = overview;
  const alarms = tenants.value?.reduce((sum, { health }) => sum + (health?.alarms.length ?? 0), 0) ?? 0;
  return (
    <div class="desk">
      <header class="top-bar">
        <h1 class="visually-hidden">Tenants</h1>
        <Brand />
        <p class="connection" data-state={problem.value === undefined ? "open" : "lost"} role="status">
          <span class="lamp" aria-hidden="true" />
          {problem.value ?? (alarms === 0 ? "No alarms" : `${alarms} ${alarms === 1 ? "alarm" : "alarms"}`)}
        </p>
        <button type="button" class="quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <main class="panels overview">
        <section class="panel book" aria-labelledby="tenants-title">
          <header>
            <h2 id="tenants-title">Tenants</h2>
            <span class="muted">{tenants.value?.length ?? ""}</span>
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard (WCAG 2.1.1) */}
          <section class="scroll" tabIndex={0} aria-label="All tenants">
            <TenantsTable overview={overview} />
          </section>
        </section>
      </main>
    </div>
  );
}
