import { InstrumentSymbol } from "@tradesage/contracts";
import { InvalidArgumentError, Option } from "commander";

export const symbolOption = () =>
  new Option("--symbol <symbol>", "the instrument that the ticks are of").makeOptionMandatory().argParser((text) => {
    const parsed = InstrumentSymbol.safeParse(text);
    if (!parsed.success) throw new InvalidArgumentError("not a symbol");
    return parsed.data;
  });
