// What the account holds, as the terminal shows it: the truth that every hint and answer is held against. Times are on the
// broker's clock, in milliseconds.

// A message has at most a mebibyte; a deal takes about 400 bytes.
const int MAX_DEALS = 1000;

string Member(const string name, const string json) {
   return "\"" + name + "\":" + json;
}

string Whole(const string name, const long value) {
   return Member(name, IntegerToString(value));
}

// 64-bit numbers are texts, since JSON's numbers end at 2^53.
string Ticket(const string name, const long value) {
   return Member(name, "\"" + StringFormat("%I64u", (ulong)value) + "\"");
}

string Decimal(const string name, const double value) {
   return Member(name, "\"" + DecimalText(value) + "\"");
}

string Text(const string name, const string value) {
   return Member(name, JsonQuote(value));
}

string AccountJson() {
   return "{" + Text("currency", AccountInfoString(ACCOUNT_CURRENCY)) +
          "," + Whole("leverage", AccountInfoInteger(ACCOUNT_LEVERAGE)) +
          "," + Decimal("balance", AccountInfoDouble(ACCOUNT_BALANCE)) +
          "," + Decimal("credit", AccountInfoDouble(ACCOUNT_CREDIT)) +
          "," + Decimal("profit", AccountInfoDouble(ACCOUNT_PROFIT)) +
          "," + Decimal("equity", AccountInfoDouble(ACCOUNT_EQUITY)) +
          "," + Decimal("margin", AccountInfoDouble(ACCOUNT_MARGIN)) +
          "," + Decimal("freeMargin", AccountInfoDouble(ACCOUNT_MARGIN_FREE)) + "}";
}

// The position that is selected.
string PositionJson() {
   return "{" + Ticket("ticket", PositionGetInteger(POSITION_TICKET)) +
          "," + Ticket("identifier", PositionGetInteger(POSITION_IDENTIFIER)) +
          "," + Ticket("magic", PositionGetInteger(POSITION_MAGIC)) +
          "," + Text("name", PositionGetString(POSITION_SYMBOL)) +
          "," + Whole("type", PositionGetInteger(POSITION_TYPE)) +
          "," + Decimal("volume", PositionGetDouble(POSITION_VOLUME)) +
          "," + Decimal("price", PositionGetDouble(POSITION_PRICE_OPEN)) +
          "," + Decimal("stopLoss", PositionGetDouble(POSITION_SL)) +
          "," + Decimal("takeProfit", PositionGetDouble(POSITION_TP)) +
          "," + Decimal("swap", PositionGetDouble(POSITION_SWAP)) +
          "," + Decimal("profit", PositionGetDouble(POSITION_PROFIT)) +
          "," + Whole("timeMsc", PositionGetInteger(POSITION_TIME_MSC)) +
          "," + Text("comment", PositionGetString(POSITION_COMMENT)) + "}";
}

// The order that is selected.
string OrderJson() {
   return "{" + Ticket("ticket", OrderGetInteger(ORDER_TICKET)) +
          "," + Ticket("magic", OrderGetInteger(ORDER_MAGIC)) +
          "," + Text("name", OrderGetString(ORDER_SYMBOL)) +
          "," + Whole("type", OrderGetInteger(ORDER_TYPE)) +
          "," + Whole("state", OrderGetInteger(ORDER_STATE)) +
          "," + Decimal("volumeInitial", OrderGetDouble(ORDER_VOLUME_INITIAL)) +
          "," + Decimal("volumeCurrent", OrderGetDouble(ORDER_VOLUME_CURRENT)) +
          "," + Decimal("price", OrderGetDouble(ORDER_PRICE_OPEN)) +
          "," + Decimal("stopLimit", OrderGetDouble(ORDER_PRICE_STOPLIMIT)) +
          "," + Decimal("stopLoss", OrderGetDouble(ORDER_SL)) +
          "," + Decimal("takeProfit", OrderGetDouble(ORDER_TP)) +
          "," + Whole("timeMsc", OrderGetInteger(ORDER_TIME_SETUP_MSC)) +
          "," + Text("comment", OrderGetString(ORDER_COMMENT)) + "}";
}

string DealJson(const ulong ticket) {
   return "{" + Ticket("ticket", (long)ticket) +
          "," + Ticket("order", HistoryDealGetInteger(ticket, DEAL_ORDER)) +
          "," + Ticket("position", HistoryDealGetInteger(ticket, DEAL_POSITION_ID)) +
          "," + Ticket("magic", HistoryDealGetInteger(ticket, DEAL_MAGIC)) +
          "," + Text("name", HistoryDealGetString(ticket, DEAL_SYMBOL)) +
          "," + Whole("type", HistoryDealGetInteger(ticket, DEAL_TYPE)) +
          "," + Whole("entry", HistoryDealGetInteger(ticket, DEAL_ENTRY)) +
          "," + Decimal("volume", HistoryDealGetDouble(ticket, DEAL_VOLUME)) +
          "," + Decimal("price", HistoryDealGetDouble(ticket, DEAL_PRICE)) +
          "," + Decimal("commission", HistoryDealGetDouble(ticket, DEAL_COMMISSION)) +
          "," + Decimal("fee", HistoryDealGetDouble(ticket, DEAL_FEE)) +
          "," + Decimal("swap", HistoryDealGetDouble(ticket, DEAL_SWAP)) +
          "," + Decimal("profit", HistoryDealGetDouble(ticket, DEAL_PROFIT)) +
          "," + Whole("timeMsc", HistoryDealGetInteger(ticket, DEAL_TIME_MSC)) +
          "," + Text("comment", HistoryDealGetString(ticket, DEAL_COMMENT)) + "}";
}

string PositionsJson() {
   string rows = "";
   int count = PositionsTotal();
   for(int i = 0; i < count; i++) {
      if(PositionGetTicket(i) > 0) rows += (rows == "" ? "" : ",") + PositionJson();
   }
   return "[" + rows + "]";
}

string OrdersJson() {
   string rows = "";
   int count = OrdersTotal();
   for(int i = 0; i < count; i++) {
      if(OrderGetTicket(i) > 0) rows += (rows == "" ? "" : ",") + OrderJson();
   }
   return "[" + rows + "]";
}

// The deals since a time on the broker's clock, in seconds: at most the last MAX_DEALS, and since when they are all.
string DealsMembers(const long from, const long until) {
   string rows = "";
   long fromMsc = from * 1000;
   if(!HistorySelect((datetime)from, (datetime)until)) return Whole("dealsFromMsc", until * 1000) + "," + Member("deals", "[]");
   int count = HistoryDealsTotal();
   int first = count > MAX_DEALS ? count - MAX_DEALS : 0;
   if(first > 0) fromMsc = HistoryDealGetInteger(HistoryDealGetTicket(first - 1), DEAL_TIME_MSC) + 1;
   for(int i = first; i < count; i++) {
      ulong ticket = HistoryDealGetTicket(i);
      if(HistoryDealGetInteger(ticket, DEAL_TIME_MSC) < fromMsc) continue;
      rows += (rows == "" ? "" : ",") + DealJson(ticket);
   }
   return Whole("dealsFromMsc", fromMsc) + "," + Member("deals", "[" + rows + "]");
}

// `request` is that of the bridge that it answers, or "".
string SnapshotJson(const BrokerClock &clock, const int historyHours, const string request) {
   long now = clock.utcNow + clock.offsetNow;
   return "{" + Text("type", "snapshot") +
          "," + Whole("takenAtMsc", now * 1000) +
          (request == "" ? "" : "," + Text("request", request)) +
          "," + Text("broker", TerminalInfoInteger(TERMINAL_CONNECTED) != 0 ? "connected" : "disconnected") +
          "," + Whole("utcOffsetSeconds", clock.offsetNow) +
          "," + Member("account", AccountJson()) +
          "," + Member("positions", PositionsJson()) +
          "," + Member("orders", OrdersJson()) +
          "," + DealsMembers(now - historyHours * HOUR_SECONDS, now + DAY_SECONDS) + "}";
}
