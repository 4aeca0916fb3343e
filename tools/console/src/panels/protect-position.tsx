import { useSignal } from "@preact/signals";
import type { PositionView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { nameOf } from "../desk/order-changes.ts";
import { CommandDialog } from "./command-dialog.tsx";
import { Field } from "./field.tsx";

interface ProtectPositionProps {
  desk: Desk;
  position: PositionView;
  onClose: () => void;
}

/** Sets where a position is closed by itself; what is left empty is taken off. */
export function ProtectPosition({ desk, position, onClose }: ProtectPositionProps) {
  const { symbol, side, volume } = position;
  const before = {
    stopLoss: position.trailingStop ? "" : (position.stopLoss ?? ""),
    trailingStop: position.trailingStop?.distance ?? "",
    takeProfit: position.takeProfit ?? "",
  };
  const written = {
    stopLoss: useSignal(before.stopLoss),
    trailingStop: useSignal(before.trailingStop),
    takeProfit: useSignal(before.takeProfit),
  };
  const now = {
    stopLoss: written.stopLoss.value.trim(),
    trailingStop: written.trailingStop.value.trim(),
    takeProfit: written.takeProfit.value.trim(),
  };
  const stops = {
    ...(now.stopLoss !== "" && { stopLoss: now.stopLoss }),
    ...(now.trailingStop !== "" && { trailingStop: { distance: now.trailingStop } }),
    ...(now.takeProfit !== "" && { takeProfit: now.takeProfit }),
  };
  const isChanged = JSON.stringify(now) !== JSON.stringify(before);
  const instrument = desk.market.instruments.value.find((one) => one.symbol === symbol);
  const labels = { stopLoss: "Stop loss", trailingStop: "Or trailing, by", takeProfit: "Take profit" } as const;
  return (
    <CommandDialog
      title={`Stops of the position: ${side} ${volume} ${symbol}`}
      action="Set"
      what={isChanged ? stops : undefined}
      send={(key) => desk.trade.send("protectPosition", { ...nameOf(position), ...stops }, key)}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          {(Object.keys(labels) as (keyof typeof labels)[]).map((name) => (
            <Field
              key={name}
              label={labels[name]}
              value={written[name]}
              step={instrument?.tickSize}
              error={errorOf(name)}
              disabled={false}
              optional
            />
          ))}
          <p class="hint">What is left empty is taken off.</p>
        </>
      )}
    </CommandDialog>
  );
}
