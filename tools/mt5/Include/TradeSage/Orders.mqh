// Orders: what an instruction asks of the trade server, as MqlTradeRequest.

struct Instruction {
   string id;
   string action;        // place, modify, cancel, protect, close, close_by
   long   deadlineMsc;   // UTC; it may not be begun later
   ulong  magic;         // made from the id: what the broker's records are searched by
   string name;          // the broker's name of the symbol
   bool   isBuy;
   string kind;          // market, limit, stop, stop_limit
   double volume;        // lots
   double price;
   double stopLimit;
   double stopLoss;
   double takeProfit;
   ulong  deviation;     // points
   string filling;       // of a market order: fok, ioc, or "" for what the symbol allows
   long   expiresMsc;    // UTC; 0: never
   ulong  ticket;        // of the order or position that it is about
   ulong  by;            // the opposite position that it is closed by
};

// Why the terminal may not trade at all; "" if it may.
string TradeProblem() {
   if(TerminalInfoInteger(TERMINAL_TRADE_ALLOWED) == 0) return "algo trading is switched off in the terminal";
   if(MQLInfoInteger(MQL_TRADE_ALLOWED) == 0) return "algo trading is not allowed to this expert";
   if(AccountInfoInteger(ACCOUNT_TRADE_ALLOWED) == 0) return "trading is not allowed to this account";
   if(AccountInfoInteger(ACCOUNT_TRADE_EXPERT) == 0) return "the broker does not allow experts on this account";
   return "";
}

ENUM_ORDER_TYPE OrderTypeOf(const string kind, const bool isBuy) {
   if(kind == "limit") return isBuy ? ORDER_TYPE_BUY_LIMIT : ORDER_TYPE_SELL_LIMIT;
   if(kind == "stop") return isBuy ? ORDER_TYPE_BUY_STOP : ORDER_TYPE_SELL_STOP;
   if(kind == "stop_limit") return isBuy ? ORDER_TYPE_BUY_STOP_LIMIT : ORDER_TYPE_SELL_STOP_LIMIT;
   return isBuy ? ORDER_TYPE_BUY : ORDER_TYPE_SELL;
}

// How a market order may be filled: as it is told, else all of it or none where the symbol allows that, else what it allows.
ENUM_ORDER_TYPE_FILLING MarketFilling(const string name, const string filling) {
   if(filling == "fok") return ORDER_FILLING_FOK;
   if(filling == "ioc") return ORDER_FILLING_IOC;
   long allowed = SymbolInfoInteger(name, SYMBOL_FILLING_MODE);
   if((allowed & SYMBOL_FILLING_FOK) != 0) return ORDER_FILLING_FOK;
   return (allowed & SYMBOL_FILLING_IOC) != 0 ? ORDER_FILLING_IOC : ORDER_FILLING_RETURN;
}

double Price(const string name, const double price) {
   return NormalizeDouble(price, (int)SymbolInfoInteger(name, SYMBOL_DIGITS));
}

void FillMarket(MqlTradeRequest &request, const string name, const bool isBuy, const ulong deviation, const string filling) {
   request.action = TRADE_ACTION_DEAL;
   request.symbol = name;
   request.type = isBuy ? ORDER_TYPE_BUY : ORDER_TYPE_SELL;
   request.price = SymbolInfoDouble(name, isBuy ? SYMBOL_ASK : SYMBOL_BID);
   request.deviation = deviation;
   request.type_filling = MarketFilling(name, filling);
}

void FillPlace(MqlTradeRequest &request, const Instruction &order, const int offsetSeconds) {
   if(order.kind == "market") {
      FillMarket(request, order.name, order.isBuy, order.deviation, order.filling);
   } else {
      request.action = TRADE_ACTION_PENDING;
      request.symbol = order.name;
      request.type = OrderTypeOf(order.kind, order.isBuy);
      request.price = Price(order.name, order.price);
      request.stoplimit = Price(order.name, order.stopLimit);
      request.type_filling = ORDER_FILLING_RETURN;
      request.type_time = order.expiresMsc > 0 ? ORDER_TIME_SPECIFIED : ORDER_TIME_GTC;
      request.expiration = order.expiresMsc > 0 ? (datetime)(order.expiresMsc / 1000 + offsetSeconds) : 0;
   }
   request.volume = order.volume;
   request.sl = Price(order.name, order.stopLoss);
   request.tp = Price(order.name, order.takeProfit);
}

// Closes a position or a part of it: a deal of the other side that names it.
bool FillClose(MqlTradeRequest &request, const Instruction &order) {
   if(!PositionSelectByTicket(order.ticket)) return false;
   string name = PositionGetString(POSITION_SYMBOL);
   bool isBuy = PositionGetInteger(POSITION_TYPE) != 0;
   double whole = PositionGetDouble(POSITION_VOLUME);
   FillMarket(request, name, isBuy, order.deviation, order.filling);
   request.position = order.ticket;
   request.volume = order.volume > 0 ? order.volume : whole;
   return true;
}

// Closes a position by an opposite one: both go, as far as the smaller of them.
bool FillCloseBy(MqlTradeRequest &request, const Instruction &order) {
   if(!PositionSelectByTicket(order.by) || !PositionSelectByTicket(order.ticket)) return false;
   request.action = TRADE_ACTION_CLOSE_BY;
   request.position = order.ticket;
   request.position_by = order.by;
   request.symbol = PositionGetString(POSITION_SYMBOL);
   return true;
}

bool FillProtect(MqlTradeRequest &request, const Instruction &order) {
   if(!PositionSelectByTicket(order.ticket)) return false;
   request.action = TRADE_ACTION_SLTP;
   request.position = order.ticket;
   request.symbol = PositionGetString(POSITION_SYMBOL);
   request.sl = Price(request.symbol, order.stopLoss);
   request.tp = Price(request.symbol, order.takeProfit);
   return true;
}

bool FillModify(MqlTradeRequest &request, const Instruction &order, const int offsetSeconds) {
   if(!OrderSelect(order.ticket)) return false;
   request.action = TRADE_ACTION_MODIFY;
   request.order = order.ticket;
   request.symbol = OrderGetString(ORDER_SYMBOL);
   request.price = Price(request.symbol, order.price);
   request.stoplimit = Price(request.symbol, order.stopLimit);
   request.sl = Price(request.symbol, order.stopLoss);
   request.tp = Price(request.symbol, order.takeProfit);
   request.type_time = order.expiresMsc > 0 ? ORDER_TIME_SPECIFIED : ORDER_TIME_GTC;
   request.expiration = order.expiresMsc > 0 ? (datetime)(order.expiresMsc / 1000 + offsetSeconds) : 0;
   return true;
}

// The request that an instruction is. False if the order or position that it is about is not there.
bool FillRequest(MqlTradeRequest &request, const Instruction &order, const int offsetSeconds) {
   bool isThere = true;
   if(order.action == "place") {
      FillPlace(request, order, offsetSeconds);
   } else if(order.action == "cancel") {
      request.action = TRADE_ACTION_REMOVE;
      request.order = order.ticket;
      isThere = OrderSelect(order.ticket);
   } else if(order.action == "modify") {
      isThere = FillModify(request, order, offsetSeconds);
   } else if(order.action == "protect") {
      isThere = FillProtect(request, order);
   } else if(order.action == "close_by") {
      isThere = FillCloseBy(request, order);
   } else {
      isThere = FillClose(request, order);
   }
   request.magic = order.magic;
   request.comment = StringSubstr(order.id, 0, 27);
   return isThere;
}

// Whether the broker's records hold anything of an instruction: an order, a position or a deal with its magic number.
bool IsKnownToBroker(const ulong magic, const datetime from, const datetime until) {
   for(int i = OrdersTotal() - 1; i >= 0; i--) {
      if(OrderGetTicket(i) > 0 && (ulong)OrderGetInteger(ORDER_MAGIC) == magic) return true;
   }
   for(int i = PositionsTotal() - 1; i >= 0; i--) {
      if(PositionGetTicket(i) > 0 && (ulong)PositionGetInteger(POSITION_MAGIC) == magic) return true;
   }
   if(!HistorySelect(from, until)) return false;
   for(int i = HistoryOrdersTotal() - 1; i >= 0; i--) {
      if((ulong)HistoryOrderGetInteger(HistoryOrderGetTicket(i), ORDER_MAGIC) == magic) return true;
   }
   for(int i = HistoryDealsTotal() - 1; i >= 0; i--) {
      if((ulong)HistoryDealGetInteger(HistoryDealGetTicket(i), DEAL_MAGIC) == magic) return true;
   }
   return false;
}
