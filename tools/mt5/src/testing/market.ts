import type { Market, MarketSymbol } from "../terminal/market.ts";

/** An invented broker with one account; its symbols have a suffix, as many brokers'. */
export const market = (): Market => ({
  account: {
    ACCOUNT_LOGIN: 5_012_345,
    ACCOUNT_SERVER: "Broker-Demo",
    ACCOUNT_COMPANY: 'A "Broker" Ltd.',
    ACCOUNT_MARGIN_MODE: 2,
    ACCOUNT_CURRENCY: "USD",
    ...{ ACCOUNT_LEVERAGE: 100, ACCOUNT_TRADE_ALLOWED: 1, ACCOUNT_TRADE_EXPERT: 1 },
    ...{ ACCOUNT_BALANCE: 10_000, ACCOUNT_EQUITY: 10_012.5, ACCOUNT_MARGIN: 100, ACCOUNT_MARGIN_FREE: 9912.5 },
  },
  terminal: { TERMINAL_BUILD: 5200, TERMINAL_CONNECTED: 1, TERMINAL_TRADE_ALLOWED: 1, MQL_TRADE_ALLOWED: 1 },
  symbols: new Map([
    ["EURUSD.r", symbol("EUR", "USD", 5)],
    ["USDJPY.r", symbol("USD", "JPY", 3)],
  ]),
});

const symbol = (base: string, profit: string, digits: number): MarketSymbol => ({
  ticks: [],
  sessions: [[], ...Array.from({ length: 4 }, () => [[300, 86_400] as const]), [[300, 86_100]], []],
  properties: {
    SYMBOL_DESCRIPTION: `${base} against ${profit}`,
    SYMBOL_DIGITS: digits,
    SYMBOL_POINT: 10 ** -digits,
    SYMBOL_TRADE_TICK_SIZE: 10 ** -digits,
    SYMBOL_TRADE_CONTRACT_SIZE: 100_000,
    SYMBOL_VOLUME_MIN: 0.01,
    SYMBOL_VOLUME_MAX: 500,
    SYMBOL_VOLUME_STEP: 0.01,
    SYMBOL_CURRENCY_BASE: base,
    SYMBOL_CURRENCY_PROFIT: profit,
    SYMBOL_CURRENCY_MARGIN: base,
    SYMBOL_TRADE_EXEMODE: 2,
    SYMBOL_TRADE_MODE: 4,
    SYMBOL_FILLING_MODE: 3,
    SYMBOL_EXPIRATION_MODE: 15,
    SYMBOL_MARGIN_HEDGED: 100_000,
    SYMBOL_SWAP_MODE: 1,
    SYMBOL_SWAP_LONG: -7.25,
    SYMBOL_SWAP_SHORT: 2.5,
    SYMBOL_SWAP_ROLLOVER3DAYS: 3,
  },
});
