// JSON, as far as the bridge's messages need it. The bridge writes none with blanks between its parts.

string JsonQuote(const string text) {
   string quoted = "";
   int length = StringLen(text);
   for(int i = 0; i < length; i++) {
      ushort c = StringGetCharacter(text, i);
      if(c == '"' || c == '\\') quoted += "\\" + ShortToString(c);
      else if(c < 32) quoted += StringFormat("\\u%04x", c);
      else quoted += ShortToString(c);
   }
   return "\"" + quoted + "\"";
}

// Where the value that begins at a place ends: behind its last character. -1 if it does not.
int JsonEnd(const string text, const int start) {
   int length = StringLen(text);
   int depth = 0;
   bool isQuoted = false;
   for(int i = start; i < length; i++) {
      ushort c = StringGetCharacter(text, i);
      if(isQuoted) {
         if(c == '\\') {
            i++;
         } else if(c == '"') {
            isQuoted = false;
            if(depth == 0) return i + 1;
         }
      } else if(c == '"') {
         isQuoted = true;
      } else if(c == '{' || c == '[') {
         depth++;
      } else if(c == '}' || c == ']') {
         if(depth == 0) return i;
         depth--;
         if(depth == 0) return i + 1;
      } else if(c == ',' && depth == 0) {
         return i;
      }
   }
   return depth == 0 && !isQuoted ? length : -1;
}

// The text of a member's value, "" where there is none: of "a" in {"a":[1,2]} it is [1,2].
string JsonMember(const string text, const string name) {
   int length = StringLen(text);
   int at = 1;
   while(at < length - 1) {
      int colon = JsonEnd(text, at);
      if(colon < 0) return "";
      int end = JsonEnd(text, colon + 1);
      if(end < 0) return "";
      if(StringSubstr(text, at, colon - at) == "\"" + name + "\"") return StringSubstr(text, colon + 1, end - colon - 1);
      at = end + 1;
   }
   return "";
}

// The texts of an array's values; how many they are.
int JsonItems(const string text, string &items[]) {
   ArrayResize(items, 0);
   int length = StringLen(text);
   int at = 1;
   while(at < length - 1) {
      int end = JsonEnd(text, at);
      if(end < 0) return ArraySize(items);
      int count = ArraySize(items);
      ArrayResize(items, count + 1, 64);
      items[count] = StringSubstr(text, at, end - at);
      at = end + 1;
   }
   return ArraySize(items);
}

int HexDigit(const ushort c) {
   if(c >= '0' && c <= '9') return c - '0';
   if(c >= 'a' && c <= 'f') return c - 'a' + 10;
   if(c >= 'A' && c <= 'F') return c - 'A' + 10;
   return 0;
}

// What a quoted text says; any other value as it stands.
string JsonText(const string value) {
   int length = StringLen(value);
   if(length < 2 || StringGetCharacter(value, 0) != '"') return value;
   string text = "";
   for(int i = 1; i < length - 1; i++) {
      ushort c = StringGetCharacter(value, i);
      if(c == '\\' && i + 1 < length - 1) {
         i++;
         c = StringGetCharacter(value, i);
         if(c == 'n') c = 10;
         else if(c == 'r') c = 13;
         else if(c == 't') c = 9;
         else if(c == 'b') c = 8;
         else if(c == 'f') c = 12;
         else if(c == 'u' && i + 4 < length - 1) {
            int code = 0;
            for(int digit = 1; digit <= 4; digit++) code = code * 16 + HexDigit(StringGetCharacter(value, i + digit));
            c = (ushort)code;
            i += 4;
         }
      }
      text += ShortToString(c);
   }
   return text;
}

// A member's text, "" where there is none.
string JsonString(const string text, const string name) {
   return JsonText(JsonMember(text, name));
}

long JsonLong(const string text, const string name) {
   return StringToInteger(JsonString(text, name));
}

// A number as a plain decimal of at most ten digits behind the point, with none that says nothing: 0.00001, 100000.
string DecimalText(const double value) {
   string text = DoubleToString(value, 10);
   int length = StringLen(text);
   while(StringGetCharacter(text, length - 1) == '0') length--;
   if(StringGetCharacter(text, length - 1) == '.') length--;
   string plain = StringSubstr(text, 0, length);
   return plain == "-0" ? "0" : plain;
}
