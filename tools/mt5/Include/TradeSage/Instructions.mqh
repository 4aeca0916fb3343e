// Carrying out instructions: each at most once, none after its deadline, none again on a guess. What the trade server
// answers is told as it is; what is not known is told as not known, and the next snapshot shows it.

string ReportJson(const string id, const string outcome, const string detail) {
   return "{" + Text("type", "report") + "," + Text("id", id) + "," + Text("outcome", outcome) + "," +
          Text("detail", detail) + "}";
}

// The report of an instruction that was begun: the trade server's answer, or that there is none.
string EntryReport(const LedgerEntry &entry) {
   if(!entry.isAnswered) return ReportJson(entry.id, "unknown", "begun, and the answer was never heard");
   return "{" + Text("type", "report") + "," + Text("id", entry.id) + "," + Text("outcome", "answered") +
          "," + Whole("retcode", entry.retcode) +
          "," + Ticket("order", (long)entry.order) +
          "," + Ticket("deal", (long)entry.deal) +
          "," + Decimal("volume", entry.volume) +
          "," + Decimal("price", entry.price) +
          "," + Text("detail", entry.comment) + "}";
}

// Reads an instruction. "" or what is wrong with it.
string ParseInstruction(const string message, Instruction &order, const SymbolName &names[]) {
   order.id = JsonString(message, "id");
   order.action = JsonString(message, "action");
   order.deadlineMsc = JsonLong(message, "deadlineMsc");
   order.magic = (ulong)JsonLong(message, "magic");
   order.isBuy = JsonString(message, "side") == "buy";
   order.kind = JsonString(message, "kind");
   order.volume = StringToDouble(JsonString(message, "volume"));
   order.price = StringToDouble(JsonString(message, "price"));
   order.stopLimit = StringToDouble(JsonString(message, "stopLimit"));
   order.stopLoss = StringToDouble(JsonString(message, "stopLoss"));
   order.takeProfit = StringToDouble(JsonString(message, "takeProfit"));
   order.deviation = (ulong)JsonLong(message, "deviation");
   order.filling = JsonString(message, "filling");
   order.expiresMsc = JsonLong(message, "expiresMsc");
   order.ticket = (ulong)JsonLong(message, "ticket");
   order.by = (ulong)JsonLong(message, "by");
   order.name = "";
   if(order.action != "place") return "";
   string symbol = JsonString(message, "symbol");
   int count = ArraySize(names);
   for(int i = 0; i < count; i++) {
      if(names[i].symbol == symbol) order.name = names[i].name;
   }
   return order.name == "" ? symbol + " is not in the symbol map" : "";
}

// Carries out an instruction unless it must not be. The report.
string CarryOut(Ledger &ledger, const Instruction &order, const BrokerClock &clock) {
   int known = LedgerFind(ledger, order.id);
   if(known >= 0) return EntryReport(ledger.entries[known]);
   if(clock.utcNow * 1000 > order.deadlineMsc) return ReportJson(order.id, "expired", "its deadline has passed");
   string problem = TradeProblem();
   if(problem == "" && TerminalInfoInteger(TERMINAL_CONNECTED) == 0) problem = "the terminal does not reach the broker";
   if(problem != "") return ReportJson(order.id, "refused", problem);
   datetime dayAgo = (datetime)(clock.utcNow + clock.offsetNow - DAY_SECONDS);
   datetime soon = (datetime)(clock.utcNow + clock.offsetNow + DAY_SECONDS);
   bool isDeal = order.action == "place" || order.action == "close";
   if(isDeal && IsKnownToBroker(order.magic, dayAgo, soon)) {
      return ReportJson(order.id, "unknown", "the broker holds something of it already");
   }
   MqlTradeRequest request = {};
   MqlTradeResult result = {};
   if(!FillRequest(request, order, clock.offsetNow)) {
      return ReportJson(order.id, "refused", "the order or position that it is about is not there");
   }
   int place = LedgerBegin(ledger, order.id, order.deadlineMsc);
   if(place < 0) return ReportJson(order.id, "refused", "the ledger cannot be written");
   ResetLastError();
   bool isSent = OrderSend(request, result);
   if(!isSent && result.retcode == 0) {
      return ReportJson(order.id, "unknown", StringFormat("OrderSend failed with error %d", GetLastError()));
   }
   LedgerAnswer(ledger, place, result);
   return EntryReport(ledger.entries[place]);
}

// Tells again what came of every instruction that was begun, but for what the bridge has stored.
void TellReports(Link &link, const Ledger &ledger) {
   int count = ArraySize(ledger.entries);
   for(int i = 0; i < count; i++) {
      if(!ledger.entries[i].isStored) LinkSay(link, EntryReport(ledger.entries[i]));
   }
}
