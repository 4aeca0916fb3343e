import { type InstrumentSpecification, refuse, type TradingSession } from "@tradesage/contracts";
import createBig from "big.js";

/** @throws Refused INVALID_INPUT, naming what contradicts what */
export function consistent(specification: InstrumentSpecification): void {
  const { volumeMin, volumeMax, volumeStep, volumeLimit, tickSize, digits, calculationMode, sessions } = specification;
  if (createBig(volumeMin).gt(volumeMax)) {
    refuse("INVALID_INPUT", "volumeMin is greater than volumeMax", { volumeMin, volumeMax });
  }
  if (createBig(volumeStep).gt(volumeMax)) {
    refuse("INVALID_INPUT", "volumeStep is greater than volumeMax", { volumeStep, volumeMax });
  }
  if (volumeLimit !== undefined && createBig(volumeMin).gt(volumeLimit)) {
    refuse("INVALID_INPUT", "volumeMin is greater than volumeLimit", { volumeMin, volumeLimit });
  }
  if (!createBig(tickSize).round(digits).eq(tickSize)) {
    refuse("INVALID_INPUT", "tickSize has more digits than its prices", { tickSize, digits });
  }
  if (calculationMode === "exchange_bonds" && specification.faceValue === undefined) {
    refuse("INVALID_INPUT", "faceValue: a bond has one", { calculationMode });
  }
  if (isOfFutures(specification) && specification.marginInitial === undefined) {
    refuse("INVALID_INPUT", "marginInitial: the margin of a future is what this says", { calculationMode });
  }
  for (const [index, session] of sessions.entries()) {
    const other = sessions.slice(0, index).find((earlier) => overlap(earlier, session));
    if (other) refuse("INVALID_INPUT", "two sessions overlap", { session, other });
  }
}

const isOfFutures = ({ calculationMode }: InstrumentSpecification) =>
  calculationMode === "futures" || calculationMode === "exchange_futures";

const overlap = (one: TradingSession, other: TradingSession): boolean =>
  one.day === other.day && one.from < other.to && other.from < one.to;
