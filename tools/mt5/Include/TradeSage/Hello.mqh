// The first message of a connection: who we are, and what the broker says of the symbols.

string HelloJson(const string role, const Account &account, const int offsetSeconds, const ulong epoch, const string symbols) {
   return "{\"type\":\"hello\",\"protocol\":1,\"role\":\"" + role + "\",\"login\":" + IntegerToString(account.login) +
          ",\"server\":" + JsonQuote(account.server) +
          ",\"company\":" + JsonQuote(AccountInfoString(ACCOUNT_COMPANY)) +
          ",\"currency\":" + JsonQuote(AccountInfoString(ACCOUNT_CURRENCY)) +
          ",\"marginMode\":\"" + MarginMode() + "\"" +
          ",\"build\":" + IntegerToString(TerminalInfoInteger(TERMINAL_BUILD)) +
          ",\"utcOffsetSeconds\":" + IntegerToString(offsetSeconds) +
          ",\"epoch\":\"" + StringFormat("%I64u", epoch) + "\"" +
          ",\"symbols\":[" + symbols + "]}";
}
