#property copyright "TradeSage"
#property version   "1.00"
#property description "Carries out a TradeSage tenant's orders on this account. Allow the bridge's address first: Tools, Options, Expert Advisors, Allow WebRequest for listed URL."

#include <TradeSage\Bytes.mqh>
#include <TradeSage\Json.mqh>
#include <TradeSage\WebSocket.mqh>
#include <TradeSage\Link.mqh>
#include <TradeSage\Account.mqh>
#include <TradeSage\Symbols.mqh>
#include <TradeSage\Clock.mqh>
#include <TradeSage\Hello.mqh>
#include <TradeSage\Records.mqh>
#include <TradeSage\Ledger.mqh>
#include <TradeSage\Orders.mqh>
#include <TradeSage\Snapshot.mqh>
#include <TradeSage\Instructions.mqh>

input string BridgeUrl = "wss://bridge.example.com/terminal"; // Address of the bridge
input int    SnapshotSeconds = 15;                            // Pause between two snapshots, seconds
input int    HistoryHours = 72;                               // Deals in a snapshot, hours

const int TIMER_MS = 50;
// How often the symbol map is looked at.
const uint CHECK_MS = 10000;
const uint PREPARE_MS = 5000;

Account     g_account;
Link        g_link;
string      g_map;           // as the file had it
SymbolName  g_names[];
Ledger      g_ledger;
BrokerClock g_clock;
bool        g_isPrepared;
bool        g_isSnapshotDue;
string      g_request;       // of the snapshot that the bridge asked for last, or ""
ulong       g_preparedAt;
ulong       g_snapshotAt;
ulong       g_checkedAt;

int OnInit() {
   LinkBegin(g_link);
   g_ledger.file = INVALID_HANDLE;
   g_isPrepared = false;
   g_request = "";
   g_preparedAt = 0;
   EventSetMillisecondTimer(TIMER_MS);
   return INIT_SUCCEEDED;
}

void OnDeinit(const int reason) {
   EventKillTimer();
   LinkEnd(g_link, "stopped");
   LedgerClose(g_ledger);
}

// Makes ready for the account that the terminal is logged in to. False, with a word in the journal, if something is missing.
bool Prepare() {
   g_preparedAt = GetTickCount64();
   if(!ReadAccount(g_account)) return false;
   if(ReadKey(g_account) == "") {
      Print("TradeSage: put the terminal key into MQL5\\Files\\", g_account.folder, "\\key.txt");
      return false;
   }
   g_map = ReadMap();
   g_checkedAt = GetTickCount64();
   if(ParseSymbolMap(g_map, g_names) == 0) {
      Print("TradeSage: list the symbols in MQL5\\Files\\", g_account.folder, "\\symbols.txt");
      return false;
   }
   if(!LedgerOpen(g_ledger, g_account.folder + "\\orders.ledger", (long)TimeGMT() * 1000)) {
      Print("TradeSage: ", g_ledger.path, " cannot be written, error ", GetLastError());
      return false;
   }
   Print("TradeSage: trading ", g_account.server, " ", g_account.login, " for ", BridgeUrl);
   return true;
}

string HelloText() {
   string symbols = "";
   int count = ArraySize(g_names);
   for(int i = 0; i < count; i++) {
      if(SymbolProblem(g_names[i].name) != "") continue;
      symbols += (symbols == "" ? "" : ",") + SymbolJson(g_names[i].symbol, g_names[i].name);
   }
   return HelloJson("expert", g_account, g_clock.offsetNow, 0, symbols);
}

string ReadMap() {
   return ReadTextFile(g_account.folder + "\\symbols.txt");
}

bool IsAsPrepared() {
   if(!IsSameAccount(g_account)) return false;
   if(GetTickCount64() - g_checkedAt < CHECK_MS) return true;
   g_checkedAt = GetTickCount64();
   return ReadMap() == g_map;
}

void OnTimer() {
   if(g_isPrepared && !IsAsPrepared()) {
      LinkEnd(g_link, "another account or map");
      LedgerClose(g_ledger);
      g_isPrepared = false;
   }
   if(!g_isPrepared && (g_preparedAt == 0 || GetTickCount64() - g_preparedAt >= PREPARE_MS)) g_isPrepared = Prepare();
   if(!g_isPrepared) return;
   ReadClock(g_clock, SUMMER_TIME_NONE);
   if(LinkMayDial(g_link)) LinkDial(g_link, BridgeUrl, ReadKey(g_account), HelloText());
   string message = LinkReceive(g_link);
   while(message != "") {
      TakeMessage(message);
      message = LinkReceive(g_link);
   }
   LinkKeepAlive(g_link);
   bool isDue = g_isSnapshotDue || GetTickCount64() - g_snapshotAt >= (ulong)SnapshotSeconds * 1000;
   if(g_link.isWelcome && isDue) SendSnapshot();
}

// A hint that something has changed: the next snapshot tells what.
void OnTradeTransaction(const MqlTradeTransaction &transaction, const MqlTradeRequest &request, const MqlTradeResult &result) {
   g_isSnapshotDue = true;
}

void TakeMessage(const string message) {
   string type = JsonString(message, "type");
   if(type == "welcome") {
      Print("TradeSage: connected");
      TellReports(g_link, g_ledger);
      g_isSnapshotDue = true;
   } else if(type == "instruction") {
      TakeInstruction(message);
   } else if(type == "snapshot-request") {
      g_request = JsonString(message, "id");
      g_isSnapshotDue = true;
   } else if(type == "report-stored") {
      LedgerStored(g_ledger, JsonString(message, "id"));
   }
}

void TakeInstruction(const string message) {
   Instruction order = {};
   string problem = ParseInstruction(message, order, g_names);
   string report = problem == "" ? CarryOut(g_ledger, order, g_clock) : ReportJson(order.id, "refused", problem);
   Print("TradeSage: ", order.action, " ", order.id, ": ", report);
   LinkSay(g_link, report);
   g_isSnapshotDue = true;
}

void SendSnapshot() {
   g_isSnapshotDue = false;
   g_snapshotAt = GetTickCount64();
   LinkSay(g_link, SnapshotJson(g_clock, HistoryHours, g_request));
   g_request = "";
}
