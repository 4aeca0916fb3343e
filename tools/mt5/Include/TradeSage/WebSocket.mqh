// A WebSocket client (RFC 6455) on MQL5's sockets, plain or TLS. It offers no extension and no subprotocol.

const uchar FRAME_CONTINUATION = 0;
const uchar FRAME_TEXT = 1;
const uchar FRAME_BINARY = 2;
const uchar FRAME_CLOSE = 8;
const uchar FRAME_PING = 9;
const uchar FRAME_PONG = 10;

const int CLOSE_PROTOCOL_ERROR = 1002;
const int CLOSE_LINK_LOST = 1006;
const int CLOSE_TOO_BIG = 1009;

const int MAX_MESSAGE_BYTES = 1048576;
const uint SOCKET_TIMEOUT_MS = 5000;
const uint HANDSHAKE_TIMEOUT_MS = 5000;

enum WebSocketEvent {
   WEBSOCKET_NOTHING,
   WEBSOCKET_TEXT,
   WEBSOCKET_BINARY,
   WEBSOCKET_CLOSED
};

struct WebSocket {
   int    handle;        // INVALID_HANDLE: there is no connection
   bool   isTls;
   uchar  inbox[];       // what came and is no whole frame yet
   uchar  message[];     // the fragments of a message, so far
   uchar  messageOpcode; // FRAME_CONTINUATION: no message is begun
   int    closeCode;     // why the connection ended
   string closeReason;
};

// "wss://bridge.example.com:7401/terminal", cut into its parts. False if it is no such address.
bool ParseUrl(const string url, bool &isTls, string &host, uint &port, string &path) {
   int start = 0;
   if(StringFind(url, "ws://") == 0) start = 5;
   else if(StringFind(url, "wss://") == 0) start = 6;
   else return false;
   isTls = start == 6;
   int slash = StringFind(url, "/", start);
   string address = slash < 0 ? StringSubstr(url, start) : StringSubstr(url, start, slash - start);
   path = slash < 0 ? "/" : StringSubstr(url, slash);
   int colon = StringFind(address, ":");
   host = colon < 0 ? address : StringSubstr(address, 0, colon);
   long number = isTls ? 443 : 80;
   if(colon >= 0) number = StringToInteger(StringSubstr(address, colon + 1));
   if(number < 1 || number > 65535 || host == "") return false;
   port = (uint)number;
   return true;
}

// What the server must answer to our key (section 4.2.2).
string AcceptOf(const string key) {
   uchar bytes[];
   uchar none[];
   uchar digest[];
   TextToBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", bytes);
   CryptEncode(CRYPT_HASH_SHA1, bytes, none, digest);
   return Base64(digest);
}

// A whole frame, masked as a client's must be (section 5.2).
void EncodeFrame(const uchar opcode, const uchar &payload[], const uchar &mask[], uchar &frame[]) {
   int length = ArraySize(payload);
   int start = length < 126 ? 2 : (length < 65536 ? 4 : 10);
   ArrayResize(frame, start + 4 + length);
   frame[0] = (uchar)(0x80 | opcode);
   if(length < 126) {
      frame[1] = (uchar)(0x80 | length);
   } else if(length < 65536) {
      frame[1] = 0xFE;
      frame[2] = (uchar)(length >> 8);
      frame[3] = (uchar)(length & 0xFF);
   } else {
      frame[1] = 0xFF;
      for(int i = 2; i < 6; i++) frame[i] = 0;
      for(int i = 0; i < 4; i++) frame[6 + i] = (uchar)((length >> (24 - 8 * i)) & 0xFF);
   }
   for(int i = 0; i < 4; i++) frame[start + i] = mask[i];
   for(int i = 0; i < length; i++) frame[start + 4 + i] = (uchar)(payload[i] ^ mask[i & 3]);
}

// Finds the first frame in what came: its length in all, 0 if it is not whole yet, minus a close code if it may not be.
int DecodeFrame(const uchar &bytes[], uchar &opcode, bool &isFinal, int &start, int &length) {
   int count = ArraySize(bytes);
   if(count < 2) return 0;
   opcode = (uchar)(bytes[0] & 0x0F);
   isFinal = (bytes[0] & 0x80) != 0;
   bool isControl = opcode >= FRAME_CLOSE;
   length = bytes[1] & 0x7F;
   start = 2;
   bool isKnown = opcode <= FRAME_BINARY || (opcode >= FRAME_CLOSE && opcode <= FRAME_PONG);
   bool isMasked = (bytes[1] & 0x80) != 0;
   if((bytes[0] & 0x70) != 0 || isMasked || !isKnown) return -CLOSE_PROTOCOL_ERROR;
   if(isControl && (!isFinal || length > 125)) return -CLOSE_PROTOCOL_ERROR;
   if(length == 126) {
      if(count < 4) return 0;
      length = bytes[2] * 256 + bytes[3];
      start = 4;
   } else if(length == 127) {
      if(count < 10) return 0;
      ulong size = 0;
      for(int i = 2; i < 10; i++) size = size * 256 + bytes[i];
      if(size > (ulong)MAX_MESSAGE_BYTES) return -CLOSE_TOO_BIG;
      length = (int)size;
      start = 10;
   }
   return count < start + length ? 0 : start + length;
}

bool IsOpen(const WebSocket &ws) {
   return ws.handle != INVALID_HANDLE;
}

// Lets go of the connection without a word.
void DropWebSocket(WebSocket &ws, const int code, const string reason) {
   if(!IsOpen(ws)) return;
   SocketClose(ws.handle);
   ws.handle = INVALID_HANDLE;
   ws.closeCode = code;
   ws.closeReason = reason;
}

// Sends all of it. Where that fails, what the server said last is in the inbox still: it tells why.
bool SendBytes(WebSocket &ws, const uchar &bytes[]) {
   uchar rest[];
   ArrayCopy(rest, bytes);
   while(IsOpen(ws) && ArraySize(rest) > 0) {
      uint count = (uint)ArraySize(rest);
      int sent = ws.isTls ? SocketTlsSend(ws.handle, rest, count) : SocketSend(ws.handle, rest, count);
      if(sent <= 0) {
         string reason = StringFormat("sending failed, error %d", GetLastError());
         ReadAvailable(ws);
         DropWebSocket(ws, CLOSE_LINK_LOST, reason);
      } else {
         ArrayRemove(rest, 0, (uint)sent);
      }
   }
   return IsOpen(ws);
}

bool SendFrame(WebSocket &ws, const uchar opcode, const uchar &payload[]) {
   uchar mask[];
   uchar frame[];
   RandomBytes(mask, 4);
   EncodeFrame(opcode, payload, mask, frame);
   return SendBytes(ws, frame);
}

bool SendText(WebSocket &ws, const string text) {
   uchar payload[];
   TextToBytes(text, payload);
   return SendFrame(ws, FRAME_TEXT, payload);
}

// Says why, and lets go.
void CloseWebSocket(WebSocket &ws, const int code, const string reason) {
   if(!IsOpen(ws)) return;
   uchar payload[];
   ArrayResize(payload, 2);
   payload[0] = (uchar)(code >> 8);
   payload[1] = (uchar)(code & 0xFF);
   SendFrame(ws, FRAME_CLOSE, payload);
   DropWebSocket(ws, code, reason);
}

// Puts what has come behind the inbox, without waiting. Notices the end of the connection.
void ReadAvailable(WebSocket &ws) {
   if(!IsOpen(ws)) return;
   bool isConnected = SocketIsConnected(ws.handle);
   uchar chunk[];
   int count = 0;
   if(ws.isTls) {
      count = SocketTlsReadAvailable(ws.handle, chunk, 65536);
   } else {
      uint ready = SocketIsReadable(ws.handle);
      if(ready > 0) count = SocketRead(ws.handle, chunk, ready, SOCKET_TIMEOUT_MS);
   }
   if(count > 0) ArrayCopy(ws.inbox, chunk, ArraySize(ws.inbox), 0, count);
   else if(count < 0 || !isConnected) DropWebSocket(ws, CLOSE_LINK_LOST, "the connection broke");
}

// The head of the server's answer, taken out of the inbox; "" if it did not come in time.
string ReadHead(WebSocket &ws) {
   ulong until = GetTickCount64() + HANDSHAKE_TIMEOUT_MS;
   while(IsOpen(ws) && GetTickCount64() < until && !IsStopped()) {
      ReadAvailable(ws);
      int count = ArraySize(ws.inbox);
      for(int i = 3; i < count; i++) {
         if(ws.inbox[i - 3] == 13 && ws.inbox[i - 2] == 10 && ws.inbox[i - 1] == 13 && ws.inbox[i] == 10) {
            string head = CharArrayToString(ws.inbox, 0, i + 1, CP_UTF8);
            ArrayRemove(ws.inbox, 0, (uint)(i + 1));
            return head;
         }
      }
      if(count > 16384) return "";
      Sleep(10);
   }
   return "";
}

// The value of a header, whose name may be written in any case; "" where there is none.
string HeaderOf(const string head, const string name) {
   string lines[];
   int count = StringSplit(head, '\n', lines);
   for(int i = 1; i < count; i++) {
      int colon = StringFind(lines[i], ":");
      if(colon < 0) continue;
      string found = StringSubstr(lines[i], 0, colon);
      StringToLower(found);
      if(found != name) continue;
      string value = StringSubstr(lines[i], colon + 1);
      StringTrimLeft(value);
      StringTrimRight(value);
      return value;
   }
   return "";
}

// Connects and shakes hands. "" or what went wrong.
string OpenWebSocket(WebSocket &ws, const string url, const string bearer) {
   ws.handle = INVALID_HANDLE;
   ws.messageOpcode = FRAME_CONTINUATION;
   ws.closeCode = CLOSE_LINK_LOST;
   ws.closeReason = "";
   ArrayResize(ws.inbox, 0);
   ArrayResize(ws.message, 0);
   bool isTls = false;
   string host = "";
   uint port = 0;
   string path = "";
   if(!ParseUrl(url, isTls, host, port, path)) return "the address must be like wss://bridge.example.com:7401/terminal";
   ws.isTls = isTls;
   ws.handle = SocketCreate();
   if(!IsOpen(ws)) return StringFormat("no socket, error %d", GetLastError());
   if(!SocketConnect(ws.handle, host, port, SOCKET_TIMEOUT_MS)) return Failed(ws, "no connection to " + host);
   // On port 443 the terminal shakes hands by itself.
   if(isTls && port != 443 && !SocketTlsHandshake(ws.handle, host)) return Failed(ws, "no TLS with " + host);
   SocketTimeouts(ws.handle, SOCKET_TIMEOUT_MS, SOCKET_TIMEOUT_MS);
   return ShakeHands(ws, host, port, path, bearer);
}

string Failed(WebSocket &ws, const string what) {
   string problem = StringFormat("%s, error %d", what, GetLastError());
   DropWebSocket(ws, CLOSE_LINK_LOST, problem);
   return problem;
}

// The opening handshake (section 4.1).
string ShakeHands(WebSocket &ws, const string host, const uint port, const string path, const string bearer) {
   uchar nonce[];
   RandomBytes(nonce, 16);
   string key = Base64(nonce);
   uchar request[];
   TextToBytes("GET " + path + " HTTP/1.1\r\nHost: " + host + ":" + IntegerToString(port) +
               "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key +
               "\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer " + bearer + "\r\n\r\n", request);
   if(!SendBytes(ws, request)) return ws.closeReason;
   string head = ReadHead(ws);
   if(StringFind(head, "HTTP/1.1 101") != 0) {
      int end = StringFind(head, "\r\n");
      string answer = end < 0 ? "nothing" : StringSubstr(head, 0, end);
      DropWebSocket(ws, CLOSE_LINK_LOST, "the bridge answered " + answer);
      return ws.closeReason;
   }
   if(HeaderOf(head, "sec-websocket-accept") != AcceptOf(key)) {
      DropWebSocket(ws, CLOSE_LINK_LOST, "what answered is no WebSocket server");
      return ws.closeReason;
   }
   return "";
}

// The next whole message, without waiting. Answers pings, joins fragments, notices the end.
WebSocketEvent ReceiveMessage(WebSocket &ws, uchar &message[]) {
   ReadAvailable(ws);
   uchar opcode = 0;
   bool isFinal = false;
   int start = 0;
   int length = 0;
   uchar payload[];
   while(true) {
      int whole = DecodeFrame(ws.inbox, opcode, isFinal, start, length);
      if(whole == 0) return IsOpen(ws) ? WEBSOCKET_NOTHING : WEBSOCKET_CLOSED;
      if(whole < 0) {
         CloseWebSocket(ws, -whole, "the bridge sent a frame that may not be");
         ArrayResize(ws.inbox, 0);
         return WEBSOCKET_CLOSED;
      }
      ArrayResize(payload, length);
      if(length > 0) ArrayCopy(payload, ws.inbox, 0, start, length);
      ArrayRemove(ws.inbox, 0, (uint)whole);
      if(opcode == FRAME_PING) SendFrame(ws, FRAME_PONG, payload);
      if(opcode == FRAME_CLOSE) return TakeClose(ws, payload);
      if(opcode >= FRAME_CLOSE) continue;
      WebSocketEvent found = TakeFragment(ws, opcode, isFinal, payload, message);
      if(found != WEBSOCKET_NOTHING) return found;
   }
   return WEBSOCKET_NOTHING;
}

// Section 5.5.1: the answer to a close frame is the same, and then the end.
WebSocketEvent TakeClose(WebSocket &ws, const uchar &payload[]) {
   int code = 1005;
   string reason = "";
   int count = ArraySize(payload);
   if(count >= 2) {
      code = payload[0] * 256 + payload[1];
      if(count > 2) reason = CharArrayToString(payload, 2, count - 2, CP_UTF8);
   }
   SendFrame(ws, FRAME_CLOSE, payload);
   DropWebSocket(ws, code, reason);
   ws.closeCode = code;
   ws.closeReason = reason;
   ArrayResize(ws.inbox, 0);
   return WEBSOCKET_CLOSED;
}

// Section 5.4: a message is one frame, or a first one and continuations.
WebSocketEvent TakeFragment(WebSocket &ws, const uchar opcode, const bool isFinal, const uchar &payload[], uchar &message[]) {
   bool isContinuation = opcode == FRAME_CONTINUATION;
   bool isBegun = ws.messageOpcode != FRAME_CONTINUATION;
   int before = ArraySize(ws.message);
   if(isContinuation != isBegun || before + ArraySize(payload) > MAX_MESSAGE_BYTES) {
      CloseWebSocket(ws, isContinuation != isBegun ? CLOSE_PROTOCOL_ERROR : CLOSE_TOO_BIG, "the bridge sent fragments that do not fit");
      ArrayResize(ws.inbox, 0);
      return WEBSOCKET_CLOSED;
   }
   if(!isBegun) ws.messageOpcode = opcode;
   if(ArraySize(payload) > 0) ArrayCopy(ws.message, payload, before);
   if(!isFinal) return WEBSOCKET_NOTHING;
   WebSocketEvent found = ws.messageOpcode == FRAME_TEXT ? WEBSOCKET_TEXT : WEBSOCKET_BINARY;
   ArrayResize(message, ArraySize(ws.message));
   if(ArraySize(message) > 0) ArrayCopy(message, ws.message);
   ArrayResize(ws.message, 0);
   ws.messageOpcode = FRAME_CONTINUATION;
   return found;
}
