// The link to the bridge: dialling with back-off, heartbeats, and why it ended.

const uint FIRST_PAUSE_MS = 100;
const uint LONGEST_PAUSE_MS = 5000;
// After a refusal that only a person can mend: a wrong key, a wrong symbol map.
const uint REFUSED_PAUSE_MS = 60000;
const uint FIRST_IDLE_MS = 15000;

struct Link {
   WebSocket socket;
   bool      isUp;        // dialled, and its end is not dealt with yet
   bool      isWelcome;   // the bridge has let us in
   uint      pauseMs;     // before the next attempt
   ulong     retryAt;     // by GetTickCount64
   ulong     heardAt;
   ulong     saidAt;
   uint      idleMs;
   string    problem;     // what the bridge said was wrong
};

void LinkBegin(Link &link) {
   link.socket.handle = INVALID_HANDLE;
   link.isUp = false;
   link.isWelcome = false;
   link.pauseMs = FIRST_PAUSE_MS;
   link.retryAt = 0;
   link.problem = "";
   MathSrand((int)GetTickCount());
}

// Whether coming back as before cannot help ("no" in the table of close codes).
bool IsRefusal(const int code) {
   return (code >= 4400 && code <= 4407) || code == 4410 || code == 4414 || code == 4422 || code == 4429;
}

// Sets the time of the next attempt: a pause that doubles, less up to half of it, so that terminals do not come at once.
void LinkLater(Link &link, const int code) {
   link.isUp = false;
   link.isWelcome = false;
   uint pause = IsRefusal(code) ? REFUSED_PAUSE_MS : link.pauseMs;
   link.retryAt = GetTickCount64() + pause / 2 + (uint)MathRand() % (pause / 2);
   link.pauseMs = (uint)MathMin(link.pauseMs * 2, LONGEST_PAUSE_MS);
}

bool LinkMayDial(const Link &link) {
   return !link.isUp && GetTickCount64() >= link.retryAt;
}

// Dials and says hello. What became of that is received: a bridge that lets nobody in says why before it closes.
bool LinkDial(Link &link, const string url, const string key, const string hello) {
   link.problem = OpenWebSocket(link.socket, url, key);
   if(link.problem == "") {
      link.heardAt = GetTickCount64();
      link.idleMs = FIRST_IDLE_MS;
      link.isUp = true;
      LinkSay(link, hello);
      return true;
   }
   Print("TradeSage: no link: ", link.problem);
   LinkLater(link, CLOSE_LINK_LOST);
   return false;
}

bool LinkSay(Link &link, const string text) {
   link.saidAt = GetTickCount64();
   return SendText(link.socket, text);
}

void LinkEnd(Link &link, const string reason) {
   CloseWebSocket(link.socket, 1000, reason);
   link.isUp = false;
   link.isWelcome = false;
   link.retryAt = GetTickCount64();
}

// The next message for the program, "" if there is none now. Heartbeats and errors are dealt with here.
string LinkReceive(Link &link) {
   uchar bytes[];
   while(link.isUp) {
      WebSocketEvent found = ReceiveMessage(link.socket, bytes);
      if(found == WEBSOCKET_NOTHING) return "";
      if(found == WEBSOCKET_CLOSED) {
         LinkLost(link);
         return "";
      }
      link.heardAt = GetTickCount64();
      if(found == WEBSOCKET_BINARY) continue;
      string text = BytesToText(bytes);
      string type = JsonString(text, "type");
      if(type == "heartbeat") continue;
      if(type == "error") {
         link.problem = JsonString(text, "code") + ": " + JsonString(text, "detail");
         continue;
      }
      if(type == "welcome") {
         link.isWelcome = true;
         link.pauseMs = FIRST_PAUSE_MS;
         link.idleMs = (uint)JsonLong(text, "idleSeconds") * 1000;
      }
      return text;
   }
   return "";
}

void LinkLost(Link &link) {
   string reason = link.problem == "" ? link.socket.closeReason : link.problem;
   Print("TradeSage: the link ended with ", link.socket.closeCode, " ", reason);
   link.problem = "";
   LinkLater(link, link.socket.closeCode);
}

// Says that we live, and whether the broker is reached; lets go of a link on which nothing was heard for too long.
void LinkKeepAlive(Link &link) {
   if(!link.isUp) return;
   ulong now = GetTickCount64();
   if(now - link.heardAt > link.idleMs) {
      DropWebSocket(link.socket, CLOSE_LINK_LOST, "nothing was heard from the bridge for too long");
      LinkLost(link);
      return;
   }
   if(!link.isWelcome || now - link.saidAt < link.idleMs / 3) return;
   bool isConnected = TerminalInfoInteger(TERMINAL_CONNECTED) != 0;
   LinkSay(link, "{\"type\":\"heartbeat\",\"broker\":\"" + (isConnected ? "connected" : "disconnected") + "\"}");
}
