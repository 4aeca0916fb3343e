// Every instruction that was begun, in a file, so that none is carried out twice: not when it is sent again, not after a
// restart. An instruction is written here before it is sent to the broker, and what came of it after.

const long LEDGER_KEEP_MSC = 86400000;

struct LedgerEntry {
   string id;
   long   deadlineMsc;   // UTC
   bool   isAnswered;    // false: it was begun, and what came of it was never written
   uint   retcode;       // the trade server's
   ulong  order;
   ulong  deal;
   double volume;
   double price;
   string comment;       // the trade server's
   bool   isStored;      // the bridge has the report; not kept in the file
};

struct Ledger {
   string      path;
   int         file;
   long        size;
   LedgerEntry entries[];
};

// The place of an instruction, -1 if it was never begun.
int LedgerFind(const Ledger &ledger, const string id) {
   int count = ArraySize(ledger.entries);
   for(int i = count - 1; i >= 0; i--) {
      if(ledger.entries[i].id == id) return i;
   }
   return -1;
}

// The bridge has the report of an instruction.
void LedgerStored(Ledger &ledger, const string id) {
   int place = LedgerFind(ledger, id);
   if(place >= 0) ledger.entries[place].isStored = true;
}

string LedgerText(const LedgerEntry &entry) {
   return StringFormat("%s\t%I64d\t%d\t%u\t%I64u\t%I64u\t%.8f\t%.10f\t%s", entry.id, entry.deadlineMsc,
                       (int)entry.isAnswered, entry.retcode, entry.order, entry.deal, entry.volume, entry.price,
                       entry.comment);
}

bool ParseLedgerEntry(const string text, LedgerEntry &entry) {
   string fields[];
   if(StringSplit(text, '\t', fields) != 9) return false;
   entry.id = fields[0];
   entry.deadlineMsc = StringToInteger(fields[1]);
   entry.isAnswered = fields[2] == "1";
   entry.retcode = (uint)StringToInteger(fields[3]);
   entry.order = (ulong)StringToInteger(fields[4]);
   entry.deal = (ulong)StringToInteger(fields[5]);
   entry.volume = StringToDouble(fields[6]);
   entry.price = StringToDouble(fields[7]);
   entry.comment = fields[8];
   return true;
}

bool AppendEntry(const int file, long &at, const LedgerEntry &entry) {
   uchar payload[];
   TextToBytes(LedgerText(entry), payload);
   return AppendRecord(file, at, payload);
}

// Opens the ledger, and leaves out of it what was due more than a day ago: such an instruction would be refused for its
// deadline. False if it cannot be written, and then nothing may be carried out.
bool LedgerOpen(Ledger &ledger, const string path, const long nowMsc) {
   ledger.path = path;
   ledger.file = INVALID_HANDLE;
   ArrayResize(ledger.entries, 0);
   int old = FileIsExist(path) ? OpenRecords(path) : INVALID_HANDLE;
   if(old != INVALID_HANDLE) {
      uchar payload[];
      long at = 0;
      while(ReadRecord(old, at, payload)) {
         LedgerEntry entry = {};
         if(!ParseLedgerEntry(BytesToText(payload), entry)) break;
         if(entry.deadlineMsc + LEDGER_KEEP_MSC < nowMsc) continue;
         int place = LedgerFind(ledger, entry.id);
         if(place < 0) {
            place = ArraySize(ledger.entries);
            ArrayResize(ledger.entries, place + 1, 256);
         }
         ledger.entries[place] = entry;
      }
      FileClose(old);
   }
   return WriteLedger(ledger);
}

// Writes all that is kept into a new file and puts it in place of the old one.
bool WriteLedger(Ledger &ledger) {
   string path = ledger.path + ".new";
   if(FileIsExist(path)) FileDelete(path);
   int file = OpenRecords(path);
   if(file == INVALID_HANDLE) return false;
   long size = 0;
   bool isWhole = true;
   int count = ArraySize(ledger.entries);
   for(int i = 0; i < count && isWhole; i++) isWhole = AppendEntry(file, size, ledger.entries[i]);
   FileClose(file);
   if(!isWhole || !FileMove(path, 0, ledger.path, FILE_REWRITE)) return false;
   ledger.file = OpenRecords(ledger.path);
   ledger.size = size;
   return ledger.file != INVALID_HANDLE;
}

void LedgerClose(Ledger &ledger) {
   if(ledger.file != INVALID_HANDLE) FileClose(ledger.file);
   ledger.file = INVALID_HANDLE;
}

// Notes that an instruction is begun. Its place; -1 if that could not be written: it must not be carried out then.
int LedgerBegin(Ledger &ledger, const string id, const long deadlineMsc) {
   LedgerEntry entry = {};
   entry.id = id;
   entry.deadlineMsc = deadlineMsc;
   if(!AppendEntry(ledger.file, ledger.size, entry)) return -1;
   int place = ArraySize(ledger.entries);
   ArrayResize(ledger.entries, place + 1, 256);
   ledger.entries[place] = entry;
   return place;
}

// Notes what the trade server answered. Kept in memory even where it cannot be written.
bool LedgerAnswer(Ledger &ledger, const int place, const MqlTradeResult &result) {
   ledger.entries[place].isAnswered = true;
   ledger.entries[place].retcode = result.retcode;
   ledger.entries[place].order = result.order;
   ledger.entries[place].deal = result.deal;
   ledger.entries[place].volume = result.volume;
   ledger.entries[place].price = result.price;
   string comment = result.comment;
   StringReplace(comment, "\t", " ");
   ledger.entries[place].comment = comment;
   return AppendEntry(ledger.file, ledger.size, ledger.entries[place]);
}
