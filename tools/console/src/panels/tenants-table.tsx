import { useSignal } from "@preact/signals";
import type { TenantHealth } from "@tradesage/contracts";
import type { Overview, WatchedTenant } from "../desk/overview.ts";
import { ago, bytes, words } from "../format.ts";
import { Headings } from "./headings.tsx";
import { ThresholdDialog } from "./threshold-dialog.tsx";

const names = [
  "Tenant",
  "Status",
  "Template",
  "Size",
  "Events/s",
  "Ticks/s",
  "Lag",
  "Backup",
  "Restore test",
  "Alarms",
  "",
];

export function TenantsTable({ overview }: { overview: Overview }) {
  const tenants = overview.tenants.value;
  const chosen = useSignal<WatchedTenant | undefined>(undefined);
  if (tenants === undefined) return <p class="empty">Reading</p>;
  if (tenants.length === 0) return <p class="empty">There is no tenant yet</p>;
  return (
    <>
      {chosen.value && (
        <ThresholdDialog
          overview={overview}
          watched={chosen.value}
          onClose={() => {
            chosen.value = undefined;
          }}
        />
      )}
      <table>
        <Headings names={names} />
        <tbody>
          {tenants.map(({ tenant, health }) => (
            <tr key={tenant.tenantId}>
              <th scope="row">
                <b>{tenant.tenantId}</b> {tenant.name !== tenant.tenantId && <span class="muted">{tenant.name}</span>}
              </th>
              <td data-label="Status" title={tenant.failure ?? tenant.suspension ?? tenant.deletion?.reason}>
                {words(tenant.status)}
              </td>
              <td data-label="Template">{words(tenant.template)}</td>
              <Cell label="Size">{health && bytes(health.sizeBytes)}</Cell>
              <Cell label="Events/s">{health?.eventsPerSecond}</Cell>
              <Cell label="Ticks/s">{health?.ticksPerSecond}</Cell>
              <Cell label="Lag">{health && `${health.projectionLagSeconds.toFixed(1)} s`}</Cell>
              <Cell label="Backup">{health && ago(health.lastBackupAt, health.at)}</Cell>
              <Cell label="Restore test">{health && ago(health.lastRestoreTestAt, health.at)}</Cell>
              <td data-label="Alarms">
                <Alarms health={health} />
              </td>
              <td class="action">
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Thresholds of ${tenant.tenantId}`}
                  onClick={() => {
                    chosen.value = { tenant, health };
                  }}
                >
                  Thresholds
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Cell({ label, children }: { label: string; children: string | number | undefined }) {
  return (
    <td class="number" data-label={label}>
      {children ?? "–"}
    </td>
  );
}

function Alarms({ health }: { health: TenantHealth | undefined }) {
  if (health === undefined) return <span class="muted">not looked at</span>;
  if (health.alarms.length === 0) return <span class="muted">none</span>;
  return (
    <ul class="alarms">
      {health.alarms.map(({ alarm, value, threshold }) => (
        <li key={alarm} title={`${value}, above ${threshold}`}>
          {words(alarm)}
        </li>
      ))}
    </ul>
  );
}
