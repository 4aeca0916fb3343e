import { useSignal } from "@preact/signals";
import type { OrderView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { changesOf, type OrderTerms, termsOf } from "../desk/order-changes.ts";
import { CommandDialog } from "./command-dialog.tsx";
import { Field } from "./field.tsx";
import { TextField } from "./text-field.tsx";

interface ChangeOrderProps {
  desk: Desk;
  order: OrderView;
  onClose: () => void;
}

const fields: readonly (readonly [keyof OrderTerms, label: string, path: string])[] = [
  ["volume", "Volume", "volume"],
  ["stopPrice", "Stop price", "stopPrice"],
  ["limitPrice", "Limit price", "limitPrice"],
  ["distance", "Distance", "trailing"],
];

/** Changes the volume, the prices and the end of an order that waits. */
export function ChangeOrder({ desk, order, onClose }: ChangeOrderProps) {
  const before = termsOf(order);
  const written = {
    volume: useSignal(before.volume),
    limitPrice: useSignal(before.limitPrice),
    stopPrice: useSignal(before.stopPrice),
    distance: useSignal(before.distance),
    until: useSignal(before.until),
  };
  const instrument = desk.market.instruments.value.find(({ symbol }) => symbol === order.symbol);
  const changes = changesOf(order, {
    volume: written.volume.value.trim(),
    limitPrice: written.limitPrice.value.trim(),
    stopPrice: written.stopPrice.value.trim(),
    distance: written.distance.value.trim(),
    until: written.until.value,
  });
  return (
    <CommandDialog
      title={`Change the order: ${order.side} ${order.volume} ${order.symbol}`}
      action="Change"
      what={changes}
      send={(key) => desk.trade.send("modifyOrder", { orderId: order.orderId, ...changes }, key)}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          {fields
            .filter(([name]) => before[name] !== "")
            .map(([name, label, path]) => (
              <Field
                key={name}
                label={label}
                value={written[name]}
                step={name === "volume" ? instrument?.volumeStep : instrument?.tickSize}
                error={errorOf(path)}
                disabled={false}
              />
            ))}
          {before.until !== "" && (
            <TextField label="Until" type="datetime-local" value={written.until} error={errorOf("expiresAt")} />
          )}
        </>
      )}
    </CommandDialog>
  );
}
