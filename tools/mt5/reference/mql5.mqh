// What the programs use of MQL5, declared as its reference documents it (https://www.mql5.com/en/docs). The tests know
// nothing else: a call that does not fit what stands here does not pass. Not for MetaEditor.

// Conversion, strings
int    StringToCharArray(const string text, uchar &array[], int start = 0, int count = -1, uint codepage = 0);
string CharArrayToString(const uchar &array[], int start = 0, int count = -1, uint codepage = 0);
bool   StructToCharArray(const void &object, uchar &array[], uint start = 0);
bool   CharArrayToStruct(void &object, const uchar &array[], uint start = 0);
string IntegerToString(long number, int length = 0, ushort fill = ' ');
string DoubleToString(double value, int digits = 8);
string ShortToString(ushort code);
long   StringToInteger(string value);
double StringToDouble(string value);
double NormalizeDouble(double value, int digits);
string StringFormat(string format, ...);
int    StringLen(string text);
int    StringFind(string text, string match, int start = 0);
string StringSubstr(string text, int start, int length = -1);
int    StringSplit(const string text, const ushort separator, string &result[]);
ushort StringGetCharacter(string text, int position);
bool   StringToLower(string &text);
int    StringReplace(string &text, const string match, const string replacement);
int    StringTrimLeft(string &text);
int    StringTrimRight(string &text);

// Arrays
int    ArraySize(const void &array[]);
int    ArrayResize(void &array[], int size, int reserve = 0);
int    ArrayCopy(void &target[], const void &source[], int targetStart = 0, int sourceStart = 0, int count = -1);
bool   ArrayRemove(void &array[], uint start, uint count = 4294967295);

// Mathematics
double MathRound(double value);
double MathMin(double one, double other);
double MathAbs(double value);
int    MathRand();
void   MathSrand(int seed);

// Cryptography
enum ENUM_CRYPT_METHOD { CRYPT_BASE64, CRYPT_AES128, CRYPT_AES256, CRYPT_DES, CRYPT_HASH_SHA1, CRYPT_HASH_SHA256, CRYPT_HASH_MD5, CRYPT_ARCH_ZIP };
int    CryptEncode(ENUM_CRYPT_METHOD method, const uchar &data[], const uchar &key[], uchar &result[]);

// Time
struct MqlDateTime { int year; int mon; int day; int hour; int min; int sec; int day_of_week; int day_of_year; };
datetime TimeGMT();
datetime TimeTradeServer();
bool     TimeToStruct(datetime time, MqlDateTime &parts);
datetime StructToTime(MqlDateTime &parts);
uint     GetTickCount();
ulong    GetTickCount64();
ulong    GetMicrosecondCount();
void     Sleep(int milliseconds);

// Program
bool IsStopped();
int  GetLastError();
void ResetLastError();
void Print(string text, ...);

// Network
int  SocketCreate(uint flags = 0);
bool SocketConnect(int socket, const string server, uint port, uint timeoutMilliseconds);
bool SocketIsConnected(const int socket);
uint SocketIsReadable(const int socket);
bool SocketTimeouts(int socket, uint sendMilliseconds, uint receiveMilliseconds);
int  SocketRead(int socket, uchar &buffer[], uint length, uint timeoutMilliseconds);
int  SocketSend(int socket, const uchar &buffer[], uint length);
bool SocketTlsHandshake(int socket, const string host);
int  SocketTlsReadAvailable(int socket, uchar &buffer[], const uint length);
int  SocketTlsSend(int socket, const uchar &buffer[], uint length);
bool SocketClose(const int socket);

// Files
enum ENUM_FILE_POSITION { SEEK_SET, SEEK_CUR, SEEK_END };
const int FILE_READ = 1;
const int FILE_WRITE = 2;
const int FILE_BIN = 4;
const int FILE_SHARE_READ = 128;
const int FILE_REWRITE = 512;
int   FileOpen(const string name, int flags, const short delimiter = 9, uint codepage = 0);
void  FileClose(int file);
bool  FileIsExist(const string name, int common = 0);
bool  FileDelete(const string name, int common = 0);
bool  FileMove(const string source, int common, const string target, int mode);
bool  FileSeek(int file, long offset, ENUM_FILE_POSITION origin);
void  FileFlush(int file);
uint  FileWriteArray(int file, const void &array[], int start = 0, int count = -1);
uint  FileReadArray(int file, void &array[], int start = 0, int count = -1);
long  FileLoad(const string name, void &buffer[], int common = 0);

// Constants
const int  INVALID_HANDLE = -1;
const int  WHOLE_ARRAY = -1;
const uint CP_UTF8 = 65001;

// Terminal and account
enum ENUM_TERMINAL_INFO_INTEGER { TERMINAL_BUILD = 5, TERMINAL_CONNECTED = 6, TERMINAL_TRADE_ALLOWED = 8 };
int TerminalInfoInteger(ENUM_TERMINAL_INFO_INTEGER property);
enum ENUM_ACCOUNT_INFO_INTEGER { ACCOUNT_LOGIN = 0, ACCOUNT_LEVERAGE = 35, ACCOUNT_TRADE_ALLOWED = 33, ACCOUNT_TRADE_EXPERT = 34, ACCOUNT_MARGIN_MODE = 53 };
enum ENUM_ACCOUNT_INFO_STRING { ACCOUNT_NAME = 1, ACCOUNT_COMPANY = 2, ACCOUNT_SERVER = 3, ACCOUNT_CURRENCY = 36 };
enum ENUM_ACCOUNT_MARGIN_MODE { ACCOUNT_MARGIN_MODE_RETAIL_NETTING, ACCOUNT_MARGIN_MODE_EXCHANGE, ACCOUNT_MARGIN_MODE_RETAIL_HEDGING };
long   AccountInfoInteger(ENUM_ACCOUNT_INFO_INTEGER property);
string AccountInfoString(ENUM_ACCOUNT_INFO_STRING property);

// Symbols and ticks
enum ENUM_SYMBOL_INFO_INTEGER { SYMBOL_DIGITS, SYMBOL_TRADE_CALC_MODE, SYMBOL_TRADE_MODE, SYMBOL_TRADE_EXEMODE, SYMBOL_FILLING_MODE, SYMBOL_EXPIRATION_MODE, SYMBOL_SWAP_MODE, SYMBOL_SWAP_ROLLOVER3DAYS, SYMBOL_MARGIN_HEDGED_USE_LEG };
enum ENUM_SYMBOL_INFO_DOUBLE { SYMBOL_BID, SYMBOL_ASK, SYMBOL_POINT, SYMBOL_TRADE_TICK_SIZE, SYMBOL_TRADE_TICK_VALUE_PROFIT, SYMBOL_TRADE_TICK_VALUE_LOSS, SYMBOL_TRADE_CONTRACT_SIZE, SYMBOL_TRADE_FACE_VALUE, SYMBOL_VOLUME_MIN, SYMBOL_VOLUME_MAX, SYMBOL_VOLUME_STEP, SYMBOL_VOLUME_LIMIT, SYMBOL_MARGIN_INITIAL, SYMBOL_MARGIN_MAINTENANCE, SYMBOL_MARGIN_HEDGED, SYMBOL_SWAP_LONG, SYMBOL_SWAP_SHORT };
enum ENUM_SYMBOL_INFO_STRING { SYMBOL_DESCRIPTION, SYMBOL_CURRENCY_BASE, SYMBOL_CURRENCY_PROFIT, SYMBOL_CURRENCY_MARGIN };
enum ENUM_ORDER_TYPE { ORDER_TYPE_BUY, ORDER_TYPE_SELL, ORDER_TYPE_BUY_LIMIT, ORDER_TYPE_SELL_LIMIT, ORDER_TYPE_BUY_STOP, ORDER_TYPE_SELL_STOP, ORDER_TYPE_BUY_STOP_LIMIT, ORDER_TYPE_SELL_STOP_LIMIT, ORDER_TYPE_CLOSE_BY };
bool   SymbolSelect(const string name, bool select);
long   SymbolInfoInteger(const string name, ENUM_SYMBOL_INFO_INTEGER property);
double SymbolInfoDouble(const string name, ENUM_SYMBOL_INFO_DOUBLE property);
string SymbolInfoString(const string name, ENUM_SYMBOL_INFO_STRING property);
bool   SymbolInfoMarginRate(const string name, ENUM_ORDER_TYPE type, double &initial, double &maintenance);
enum ENUM_DAY_OF_WEEK { SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY };
bool   SymbolInfoSessionTrade(const string name, ENUM_DAY_OF_WEEK day, uint session, datetime &from, datetime &to);
struct MqlTick { datetime time; double bid; double ask; double last; ulong volume; long time_msc; uint flags; double volume_real; };
const uint COPY_TICKS_ALL = 4294967295;
int CopyTicks(const string name, MqlTick &ticks[], uint flags = 4294967295, ulong from = 0, uint count = 0);

// Events of an Expert Advisor
bool EventSetMillisecondTimer(int milliseconds);
void EventKillTimer();
const int INIT_SUCCEEDED = 0;

// Permissions
enum ENUM_MQL_INFO_INTEGER { MQL_TRADE_ALLOWED = 4 };
int MQLInfoInteger(ENUM_MQL_INFO_INTEGER property);
enum ENUM_ACCOUNT_INFO_DOUBLE { ACCOUNT_BALANCE = 37, ACCOUNT_CREDIT = 38, ACCOUNT_PROFIT = 39, ACCOUNT_EQUITY = 40, ACCOUNT_MARGIN = 41, ACCOUNT_MARGIN_FREE = 42, ACCOUNT_MARGIN_LEVEL = 43 };
double AccountInfoDouble(ENUM_ACCOUNT_INFO_DOUBLE property);

// Trading
enum ENUM_TRADE_REQUEST_ACTIONS { TRADE_ACTION_DEAL = 1, TRADE_ACTION_PENDING = 5, TRADE_ACTION_SLTP = 6, TRADE_ACTION_MODIFY = 7, TRADE_ACTION_REMOVE = 8, TRADE_ACTION_CLOSE_BY = 10 };
enum ENUM_ORDER_TYPE_FILLING { ORDER_FILLING_FOK, ORDER_FILLING_IOC, ORDER_FILLING_RETURN, ORDER_FILLING_BOC };
enum ENUM_ORDER_TYPE_TIME { ORDER_TIME_GTC, ORDER_TIME_DAY, ORDER_TIME_SPECIFIED, ORDER_TIME_SPECIFIED_DAY };
enum ENUM_SYMBOL_TRADE_EXECUTION { SYMBOL_TRADE_EXECUTION_REQUEST, SYMBOL_TRADE_EXECUTION_INSTANT, SYMBOL_TRADE_EXECUTION_MARKET, SYMBOL_TRADE_EXECUTION_EXCHANGE };
const long SYMBOL_FILLING_FOK = 1;
const long SYMBOL_FILLING_IOC = 2;
struct MqlTradeRequest { ENUM_TRADE_REQUEST_ACTIONS action; ulong magic; ulong order; string symbol; double volume; double price; double stoplimit; double sl; double tp; ulong deviation; ENUM_ORDER_TYPE type; ENUM_ORDER_TYPE_FILLING type_filling; ENUM_ORDER_TYPE_TIME type_time; datetime expiration; string comment; ulong position; ulong position_by; };
struct MqlTradeResult { uint retcode; ulong deal; ulong order; double volume; double price; double bid; double ask; string comment; uint request_id; int retcode_external; };
bool OrderSend(MqlTradeRequest &request, MqlTradeResult &result);

enum ENUM_TRADE_TRANSACTION_TYPE { TRADE_TRANSACTION_ORDER_ADD, TRADE_TRANSACTION_ORDER_UPDATE, TRADE_TRANSACTION_ORDER_DELETE, TRADE_TRANSACTION_HISTORY_ADD, TRADE_TRANSACTION_HISTORY_UPDATE, TRADE_TRANSACTION_HISTORY_DELETE, TRADE_TRANSACTION_DEAL_ADD, TRADE_TRANSACTION_DEAL_UPDATE, TRADE_TRANSACTION_DEAL_DELETE, TRADE_TRANSACTION_POSITION, TRADE_TRANSACTION_REQUEST };
enum ENUM_ORDER_STATE { ORDER_STATE_STARTED, ORDER_STATE_PLACED, ORDER_STATE_CANCELED, ORDER_STATE_PARTIAL, ORDER_STATE_FILLED, ORDER_STATE_REJECTED, ORDER_STATE_EXPIRED };
enum ENUM_DEAL_TYPE { DEAL_TYPE_BUY, DEAL_TYPE_SELL, DEAL_TYPE_BALANCE };
struct MqlTradeTransaction { ulong deal; ulong order; string symbol; ENUM_TRADE_TRANSACTION_TYPE type; ENUM_ORDER_TYPE order_type; ENUM_ORDER_STATE order_state; ENUM_DEAL_TYPE deal_type; ENUM_ORDER_TYPE_TIME time_type; datetime time_expiration; double price; double price_trigger; double price_sl; double price_tp; double volume; ulong position; ulong position_by; };

// Positions, orders, history
enum ENUM_POSITION_PROPERTY_INTEGER { POSITION_TYPE, POSITION_MAGIC, POSITION_IDENTIFIER, POSITION_TIME_MSC, POSITION_TIME_UPDATE_MSC, POSITION_TICKET };
enum ENUM_POSITION_PROPERTY_DOUBLE { POSITION_VOLUME, POSITION_PRICE_OPEN, POSITION_SL, POSITION_TP, POSITION_PRICE_CURRENT, POSITION_SWAP, POSITION_PROFIT };
enum ENUM_POSITION_PROPERTY_STRING { POSITION_SYMBOL, POSITION_COMMENT };
int    PositionsTotal();
ulong  PositionGetTicket(int index);
bool   PositionSelectByTicket(ulong ticket);
long   PositionGetInteger(ENUM_POSITION_PROPERTY_INTEGER property);
double PositionGetDouble(ENUM_POSITION_PROPERTY_DOUBLE property);
string PositionGetString(ENUM_POSITION_PROPERTY_STRING property);
enum ENUM_ORDER_PROPERTY_INTEGER { ORDER_TICKET, ORDER_TYPE, ORDER_STATE, ORDER_TIME_SETUP_MSC, ORDER_TIME_DONE_MSC, ORDER_TIME_EXPIRATION, ORDER_MAGIC, ORDER_POSITION_ID, ORDER_TYPE_FILLING, ORDER_TYPE_TIME };
enum ENUM_ORDER_PROPERTY_DOUBLE { ORDER_VOLUME_INITIAL, ORDER_VOLUME_CURRENT, ORDER_PRICE_OPEN, ORDER_PRICE_STOPLIMIT, ORDER_PRICE_CURRENT, ORDER_SL, ORDER_TP };
enum ENUM_ORDER_PROPERTY_STRING { ORDER_SYMBOL, ORDER_COMMENT };
int    OrdersTotal();
ulong  OrderGetTicket(int index);
bool   OrderSelect(ulong ticket);
long   OrderGetInteger(ENUM_ORDER_PROPERTY_INTEGER property);
double OrderGetDouble(ENUM_ORDER_PROPERTY_DOUBLE property);
string OrderGetString(ENUM_ORDER_PROPERTY_STRING property);
bool   HistorySelect(datetime from, datetime to);
int    HistoryOrdersTotal();
ulong  HistoryOrderGetTicket(int index);
long   HistoryOrderGetInteger(ulong ticket, ENUM_ORDER_PROPERTY_INTEGER property);
double HistoryOrderGetDouble(ulong ticket, ENUM_ORDER_PROPERTY_DOUBLE property);
string HistoryOrderGetString(ulong ticket, ENUM_ORDER_PROPERTY_STRING property);
enum ENUM_DEAL_PROPERTY_INTEGER { DEAL_TICKET, DEAL_ORDER, DEAL_TIME_MSC, DEAL_TYPE, DEAL_ENTRY, DEAL_MAGIC, DEAL_POSITION_ID };
enum ENUM_DEAL_PROPERTY_DOUBLE { DEAL_VOLUME, DEAL_PRICE, DEAL_COMMISSION, DEAL_SWAP, DEAL_PROFIT, DEAL_FEE };
enum ENUM_DEAL_PROPERTY_STRING { DEAL_SYMBOL, DEAL_COMMENT };
int    HistoryDealsTotal();
ulong  HistoryDealGetTicket(int index);
long   HistoryDealGetInteger(ulong ticket, ENUM_DEAL_PROPERTY_INTEGER property);
double HistoryDealGetDouble(ulong ticket, ENUM_DEAL_PROPERTY_DOUBLE property);
string HistoryDealGetString(ulong ticket, ENUM_DEAL_PROPERTY_STRING property);
