// The account's symbol map, and what the broker says of each symbol.

struct SymbolName {
   string symbol;   // ours
   string name;     // the broker's
};

// A line is OURS=BROKERS, or one name for both; what follows a ";" is a remark. How many symbols they are.
int ParseSymbolMap(const string text, SymbolName &names[]) {
   ArrayResize(names, 0);
   string lines[];
   int lineCount = StringSplit(text, '\n', lines);
   for(int i = 0; i < lineCount; i++) {
      int remark = StringFind(lines[i], ";");
      string line = remark < 0 ? lines[i] : StringSubstr(lines[i], 0, remark);
      int equals = StringFind(line, "=");
      string symbol = equals < 0 ? line : StringSubstr(line, 0, equals);
      string name = equals < 0 ? line : StringSubstr(line, equals + 1);
      StringTrimLeft(symbol);
      StringTrimRight(symbol);
      StringTrimLeft(name);
      StringTrimRight(name);
      if(symbol == "" || name == "") continue;
      int count = ArraySize(names);
      ArrayResize(names, count + 1);
      names[count].symbol = symbol;
      names[count].name = name;
   }
   return ArraySize(names);
}

bool IsCurrency(const string text) {
   int length = StringLen(text);
   for(int i = 0; i < length; i++) {
      ushort c = StringGetCharacter(text, i);
      if(c < 'A' || c > 'Z') return false;
   }
   return length >= 3 && length <= 8;
}

// Why a symbol cannot be fed; "" if it can. Selects it in the Market Watch, without which no tick of it comes.
string SymbolProblem(const string name) {
   if(!SymbolSelect(name, true)) return "the broker has no such symbol";
   if(SymbolInfoDouble(name, SYMBOL_TRADE_TICK_SIZE) <= 0 || SymbolInfoDouble(name, SYMBOL_TRADE_CONTRACT_SIZE) <= 0) {
      return "its specification has not come yet";
   }
   if(SymbolInfoDouble(name, SYMBOL_VOLUME_MIN) <= 0 || SymbolInfoDouble(name, SYMBOL_VOLUME_STEP) <= 0 ||
      SymbolInfoDouble(name, SYMBOL_VOLUME_MAX) <= 0) {
      return "its volumes are not known";
   }
   if(!IsCurrency(SymbolInfoString(name, SYMBOL_CURRENCY_BASE)) ||
      !IsCurrency(SymbolInfoString(name, SYMBOL_CURRENCY_PROFIT)) ||
      !IsCurrency(SymbolInfoString(name, SYMBOL_CURRENCY_MARGIN))) {
      return "its currencies are not of three to eight capital letters";
   }
   return "";
}

string DecimalMember(const string member, const double value) {
   return ",\"" + member + "\":\"" + DecimalText(value) + "\"";
}

string SymbolDecimal(const string member, const string name, const ENUM_SYMBOL_INFO_DOUBLE property) {
   return DecimalMember(member, SymbolInfoDouble(name, property));
}

string SymbolInteger(const string member, const string name, const ENUM_SYMBOL_INFO_INTEGER property) {
   return ",\"" + member + "\":" + IntegerToString(SymbolInfoInteger(name, property));
}

string SymbolText(const string member, const string name, const ENUM_SYMBOL_INFO_STRING property) {
   return ",\"" + member + "\":" + JsonQuote(StringSubstr(SymbolInfoString(name, property), 0, 200));
}

// What a side's margin is multiplied by; "" where the broker does not say.
string MarginRates(const string name, const ENUM_ORDER_TYPE type, const string side) {
   double initial = 0;
   double maintenance = 0;
   if(!SymbolInfoMarginRate(name, type, initial, maintenance)) return "";
   return DecimalMember("marginInitialRate" + side, initial) + DecimalMember("marginMaintenanceRate" + side, maintenance);
}

// When the symbol is traded, by the broker's clock: a list of { day, from, to }, in seconds of that day.
string SessionsJson(const string name) {
   string sessions = "";
   for(int day = 0; day < 7; day++) {
      for(uint index = 0; index < 10; index++) {
         datetime from = 0;
         datetime to = 0;
         if(!SymbolInfoSessionTrade(name, (ENUM_DAY_OF_WEEK)day, index, from, to)) break;
         sessions += (sessions == "" ? "" : ",") + "{\"day\":" + IntegerToString(day) + ",\"from\":" + IntegerToString((long)from) +
                     ",\"to\":" + IntegerToString((long)to) + "}";
      }
   }
   return "[" + sessions + "]";
}

string SymbolFlag(const string member, const string name, const ENUM_SYMBOL_INFO_INTEGER property) {
   return ",\"" + member + "\":" + (SymbolInfoInteger(name, property) != 0 ? "true" : "false");
}

// A symbol as the hello has it.
string SymbolJson(const string symbol, const string name) {
   return "{\"symbol\":" + JsonQuote(symbol) + ",\"name\":" + JsonQuote(name) +
          SymbolText("description", name, SYMBOL_DESCRIPTION) +
          SymbolInteger("digits", name, SYMBOL_DIGITS) +
          SymbolDecimal("tickSize", name, SYMBOL_TRADE_TICK_SIZE) +
          SymbolDecimal("tickValueProfit", name, SYMBOL_TRADE_TICK_VALUE_PROFIT) +
          SymbolDecimal("tickValueLoss", name, SYMBOL_TRADE_TICK_VALUE_LOSS) +
          SymbolDecimal("contractSize", name, SYMBOL_TRADE_CONTRACT_SIZE) +
          SymbolDecimal("volumeMin", name, SYMBOL_VOLUME_MIN) +
          SymbolDecimal("volumeMax", name, SYMBOL_VOLUME_MAX) +
          SymbolDecimal("volumeStep", name, SYMBOL_VOLUME_STEP) +
          SymbolDecimal("volumeLimit", name, SYMBOL_VOLUME_LIMIT) +
          SymbolText("baseCurrency", name, SYMBOL_CURRENCY_BASE) +
          SymbolText("profitCurrency", name, SYMBOL_CURRENCY_PROFIT) +
          SymbolText("marginCurrency", name, SYMBOL_CURRENCY_MARGIN) +
          SymbolDecimal("point", name, SYMBOL_POINT) +
          SymbolInteger("calculationMode", name, SYMBOL_TRADE_CALC_MODE) +
          SymbolInteger("executionMode", name, SYMBOL_TRADE_EXEMODE) +
          SymbolInteger("tradeMode", name, SYMBOL_TRADE_MODE) +
          SymbolInteger("fillingFlags", name, SYMBOL_FILLING_MODE) +
          SymbolInteger("expirationFlags", name, SYMBOL_EXPIRATION_MODE) +
          SymbolDecimal("marginInitial", name, SYMBOL_MARGIN_INITIAL) +
          SymbolDecimal("marginMaintenance", name, SYMBOL_MARGIN_MAINTENANCE) +
          SymbolDecimal("marginHedged", name, SYMBOL_MARGIN_HEDGED) +
          SymbolFlag("marginOfLargerLeg", name, SYMBOL_MARGIN_HEDGED_USE_LEG) +
          MarginRates(name, ORDER_TYPE_BUY, "") + MarginRates(name, ORDER_TYPE_SELL, "Sell") +
          SymbolInteger("swapMode", name, SYMBOL_SWAP_MODE) +
          SymbolDecimal("swapLong", name, SYMBOL_SWAP_LONG) +
          SymbolDecimal("swapShort", name, SYMBOL_SWAP_SHORT) +
          SymbolInteger("swapTripleDay", name, SYMBOL_SWAP_ROLLOVER3DAYS) +
          SymbolDecimal("faceValue", name, SYMBOL_TRADE_FACE_VALUE) +
          ",\"sessions\":" + SessionsJson(name) + "}";
}
