// The account that the terminal is logged in to, and its folder of ours: MQL5\Files\TradeSage\<server>-<login>.

struct Account {
   long   login;
   string server;
   string folder;
};

// What stands in a text file; "" if it is not there or empty.
string ReadTextFile(const string path) {
   uchar bytes[];
   if(!FileIsExist(path) || FileLoad(path, bytes) <= 0) return "";
   string text = BytesToText(bytes);
   // Windows' editor begins UTF-8 with a mark of its own.
   return StringGetCharacter(text, 0) == 0xFEFF ? StringSubstr(text, 1) : text;
}

// The folder's name: what a file name may not hold becomes "_".
string FolderOf(const long login, const string server) {
   string name = "";
   int length = StringLen(server);
   for(int i = 0; i < length; i++) {
      ushort c = StringGetCharacter(server, i);
      bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      name += isPlain ? ShortToString(c) : "_";
   }
   return "TradeSage\\" + name + "-" + IntegerToString(login);
}

// False while the terminal is logged in nowhere.
bool ReadAccount(Account &account) {
   account.login = AccountInfoInteger(ACCOUNT_LOGIN);
   account.server = AccountInfoString(ACCOUNT_SERVER);
   account.folder = FolderOf(account.login, account.server);
   return account.login > 0 && account.server != "";
}

bool IsSameAccount(const Account &account) {
   return AccountInfoInteger(ACCOUNT_LOGIN) == account.login && AccountInfoString(ACCOUNT_SERVER) == account.server;
}

// The key of a terminal, from a file: inputs are seen on screenshots and saved with profiles. "" if there is none.
string ReadKey(const Account &account) {
   string key = ReadTextFile(account.folder + "\\key.txt");
   StringTrimLeft(key);
   StringTrimRight(key);
   return key;
}

string MarginMode() {
   ENUM_ACCOUNT_MARGIN_MODE mode = (ENUM_ACCOUNT_MARGIN_MODE)AccountInfoInteger(ACCOUNT_MARGIN_MODE);
   if(mode == ACCOUNT_MARGIN_MODE_RETAIL_HEDGING) return "hedging";
   return mode == ACCOUNT_MARGIN_MODE_EXCHANGE ? "exchange" : "netting";
}
