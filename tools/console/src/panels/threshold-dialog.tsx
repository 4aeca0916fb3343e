import { useSignal } from "@preact/signals";
import { TenantAlarm } from "@tradesage/contracts";
import { useId } from "preact/hooks";
import type { Overview, WatchedTenant } from "../desk/overview.ts";
import { words } from "../format.ts";
import { CommandDialog } from "./command-dialog.tsx";
import { TextField } from "./text-field.tsx";

interface ThresholdDialogProps {
  overview: Overview;
  watched: WatchedTenant;
  onClose: () => void;
}

/** Sets above what an alarm of a tenant is raised. */
export function ThresholdDialog({ overview, watched: { tenant, health }, onClose }: ThresholdDialogProps) {
  const id = useId();
  const now = (alarm: TenantAlarm) => String(health?.thresholds[alarm] ?? "");
  const alarm = useSignal<TenantAlarm>("size_bytes");
  const threshold = useSignal(now(alarm.value));
  const text = threshold.value.trim();
  const value = text === "" ? null : Number(text);
  return (
    <CommandDialog
      title={`Thresholds of ${tenant.tenantId}`}
      action="Set"
      what={Number.isNaN(value) || text === now(alarm.value) ? undefined : { alarm: alarm.value, value }}
      send={(key) => overview.setThreshold(tenant.tenantId, alarm.value, value, key)}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          <div class="field">
            <label for={id}>Alarm</label>
            <select
              id={id}
              value={alarm.value}
              onChange={({ currentTarget }) => {
                alarm.value = currentTarget.value as TenantAlarm;
                threshold.value = now(alarm.value);
              }}
            >
              {TenantAlarm.options.map((name) => (
                <option key={name} value={name}>
                  {words(name)}
                </option>
              ))}
            </select>
          </div>
          <TextField label="Raised above" value={threshold} error={errorOf("threshold")} optional />
          <p class="hint">0: never. Empty: the platform's own. It counts from the next look on.</p>
        </>
      )}
    </CommandDialog>
  );
}
