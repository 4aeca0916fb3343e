#property service
#property copyright "TradeSage"
#property version   "1.00"
#property description "Feeds the ticks of many symbols to a TradeSage bridge. Allow the bridge's address first: Tools, Options, Expert Advisors, Allow WebRequest for listed URL."

#include <TradeSage\Bytes.mqh>
#include <TradeSage\Json.mqh>
#include <TradeSage\WebSocket.mqh>
#include <TradeSage\Link.mqh>
#include <TradeSage\Account.mqh>
#include <TradeSage\Symbols.mqh>
#include <TradeSage\Clock.mqh>
#include <TradeSage\Hello.mqh>
#include <TradeSage\TickBatch.mqh>
#include <TradeSage\Records.mqh>
#include <TradeSage\TickQueue.mqh>
#include <TradeSage\TickReader.mqh>

input string     BridgeUrl = "wss://bridge.example.com/terminal"; // Address of the bridge
input SummerTime BrokerSummerTime = SUMMER_TIME_US;               // The broker's clock in summer
input int        HistoryHours = 24;                               // History of a new symbol, hours
input int        QueueMegabytes = 256;                            // Disk for ticks that wait
input int        PollMilliseconds = 50;                           // Pause between looks at the ticks

// Without a link ticks wait in the terminal; they are looked at less often, so that batches are fuller.
const uint OFFLINE_POLL_MS = 5000;
// How often it is checked that hello and symbol map still tell the truth.
const uint CHECK_MS = 10000;

Account     g_account;
Link        g_link;
string      g_symbols;       // those that are fed, as a symbol map
Feed        g_feeds[];
TickQueue   g_queue;
BrokerClock g_clock;
string      g_hello;
int         g_helloOffset;   // the clock's offset in it
int         g_windowTicks;
ulong       g_polledAt;
ulong       g_checkedAt;
bool        g_isQueueFull;

void OnStart() {
   LinkBegin(g_link);
   while(!IsStopped()) {
      if(Prepare()) Run();
      else Pause(5000);
   }
}

// Sleeps in short pieces, since a service that does not end within seconds of being told to is ended by force.
void Pause(const uint milliseconds) {
   ulong until = GetTickCount64() + milliseconds;
   while(!IsStopped() && GetTickCount64() < until) Sleep(50);
}

// Makes ready for the account that the terminal is logged in to. False, with a word in the journal, if something is missing.
bool Prepare() {
   if(!ReadAccount(g_account)) return false;
   if(ReadKey(g_account) == "") {
      Print("TradeSage: put the terminal key into MQL5\\Files\\", g_account.folder, "\\key.txt");
      return false;
   }
   SymbolName names[];
   if(ParseSymbolMap(ReadTextFile(g_account.folder + "\\symbols.txt"), names) == 0) {
      Print("TradeSage: list the symbols in MQL5\\Files\\", g_account.folder, "\\symbols.txt");
      return false;
   }
   int count = ArraySize(names);
   for(int i = 0; i < count; i++) {
      string problem = SymbolProblem(names[i].name);
      if(problem != "") Print("TradeSage: ", names[i].name, " is left out: ", problem);
   }
   g_symbols = UsableSymbols();
   count = ParseSymbolMap(g_symbols, names);
   if(count == 0) return false;
   ArrayResize(g_feeds, count);
   for(int i = 0; i < count; i++) {
      g_feeds[i].symbol = names[i].symbol;
      g_feeds[i].name = names[i].name;
      g_feeds[i].sequence = 0;
      g_feeds[i].timeMsc = 0;
      g_feeds[i].ordinal = -1;
      g_feeds[i].lost = 0;
   }
   if(!QueueOpen(g_queue, g_feeds, g_account.folder + "\\ticks.queue", (long)QueueMegabytes * 1048576)) {
      Print("TradeSage: ", g_queue.path, " cannot be written, error ", GetLastError());
      return false;
   }
   ReadClock(g_clock, BrokerSummerTime);
   g_hello = HelloText();
   g_checkedAt = GetTickCount64();
   g_polledAt = 0;
   g_isQueueFull = false;
   Print("TradeSage: feeding ", ArraySize(g_feeds), " symbols of ", g_account.server, " ", g_account.login, " to ", BridgeUrl);
   return true;
}

// The symbols of the account's map that can be fed now, as a map.
string UsableSymbols() {
   SymbolName names[];
   string usable = "";
   int count = ParseSymbolMap(ReadTextFile(g_account.folder + "\\symbols.txt"), names);
   for(int i = 0; i < count; i++) {
      if(SymbolProblem(names[i].name) == "") usable += names[i].symbol + "=" + names[i].name + "\n";
   }
   return usable;
}

string HelloText() {
   g_helloOffset = g_clock.offsetNow;
   string symbols = "";
   int count = ArraySize(g_feeds);
   for(int i = 0; i < count; i++) {
      symbols += (i > 0 ? "," : "") + SymbolJson(g_feeds[i].symbol, g_feeds[i].name);
   }
   return HelloJson("feed", g_account, g_clock.offsetNow, g_queue.epoch, symbols);
}

// Feeds one account until the terminal logs in to another, the symbols change or the service is stopped.
void Run() {
   while(!IsStopped() && IsSameAccount(g_account) && IsAsPrepared()) {
      if(LinkMayDial(g_link)) LinkDial(g_link, BridgeUrl, ReadKey(g_account), g_hello);
      string message = LinkReceive(g_link);
      while(message != "") {
         TakeMessage(message);
         message = LinkReceive(g_link);
      }
      LinkKeepAlive(g_link);
      ReadClock(g_clock, BrokerSummerTime);
      if(GetTickCount64() - g_polledAt >= (g_link.isWelcome ? (uint)PollMilliseconds : OFFLINE_POLL_MS)) PollTicks();
      SendBatches();
      Sleep(g_link.isWelcome ? PollMilliseconds : 50);
   }
   LinkEnd(g_link, "stopped");
   QueueClose(g_queue);
}

void TakeMessage(const string message) {
   string type = JsonString(message, "type");
   if(type == "welcome") TakeWelcome(message);
   else if(type == "ack") TakeAck(message);
}

void TakeWelcome(const string message) {
   string cursors[];
   int count = JsonItems(JsonMember(message, "cursors"), cursors);
   g_windowTicks = (int)JsonLong(message, "window");
   for(int i = 0; i < count && i < ArraySize(g_feeds); i++) {
      if(!PlaceFeed(g_feeds[i], cursors[i], g_clock, HistoryHours)) {
         Print("TradeSage: our numbering is older than the bridge's (a restored disk?): a new epoch begins");
         QueueRenew(g_queue, g_feeds);
         g_hello = HelloText();
         LinkEnd(g_link, "new epoch");
         return;
      }
      string sequence = JsonString(cursors[i], "sequence");
      if(sequence != "") QueueStored(g_queue, g_feeds, i, (ulong)StringToInteger(sequence), ArraySize(g_queue.batches));
   }
   QueueResend(g_queue);
   Print("TradeSage: connected, ", ArraySize(g_queue.batches) - g_queue.first, " batches wait");
}

void TakeAck(const string message) {
   int feed = (int)JsonLong(message, "symbolIndex");
   QueueStored(g_queue, g_feeds, feed, (ulong)StringToInteger(JsonString(message, "sequence")), g_queue.next);
}

// Takes all ticks that have come, unless the disk's share is used up: they stay in the terminal's history then.
void PollTicks() {
   g_polledAt = GetTickCount64();
   int count = ArraySize(g_feeds);
   for(int i = 0; i < count; i++) {
      if(g_feeds[i].timeMsc == 0) continue;
      bool isFull = !QueueHasRoom(g_queue) || TakeTicks(g_queue, g_feeds[i], i, g_clock) < 0;
      if(isFull && !g_isQueueFull) Print("TradeSage: the queue is full or the disk is; ticks wait in the terminal's history");
      g_isQueueFull = isFull;
      if(isFull) return;
   }
}

void SendBatches() {
   uchar bytes[];
   while(g_link.isWelcome && QueueNext(g_queue, g_windowTicks, bytes)) {
      g_link.saidAt = GetTickCount64();
      if(!SendFrame(g_link.socket, FRAME_BINARY, bytes)) return;
   }
}

// Looks now and then whether all is as it was. A changed specification, or a broker's clock that was moved, takes a new
// connection with a new hello. False if the symbols that can be fed are others: that takes a new preparation.
bool IsAsPrepared() {
   if(g_clock.offsetNow == g_helloOffset && GetTickCount64() - g_checkedAt < CHECK_MS) return true;
   g_checkedAt = GetTickCount64();
   // Without the broker a terminal knows too little to judge by.
   if(TerminalInfoInteger(TERMINAL_CONNECTED) == 0) return true;
   if(UsableSymbols() != g_symbols) {
      Print("TradeSage: the symbols have changed");
      return false;
   }
   string now = HelloText();
   if(now == g_hello) return true;
   g_hello = now;
   if(g_link.isUp) {
      Print("TradeSage: the broker's specifications or clock have changed");
      LinkEnd(g_link, "new hello");
   }
   return true;
}
