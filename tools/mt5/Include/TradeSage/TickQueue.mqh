// Batches that were made and are not known to be stored, in a file: a batch is sent again as it was, across restarts too.
// The file is a row of records: first a state (which symbols, how far), then batches.

const long COMPACT_BYTES = 1048576;
const uchar RECORD_STATE = 0x53;

// What of a symbol is taken and numbered.
struct Feed {
   string symbol;     // ours
   string name;       // the broker's
   ulong  sequence;   // of the last batch
   long   timeMsc;    // of the last tick that was taken, on the broker's clock; 0: none yet
   int    ordinal;    // its place in that millisecond; -1: none of that millisecond is taken
   uint   lost;       // ticks that could not be taken since the last batch
};

struct QueuedBatch {
   int   feed;
   ulong sequence;
   long  offset;     // of its bytes in the file
   int   length;
   bool  isStored;   // the bridge has it on disk
};

struct TickQueue {
   string      path;
   int         file;
   ulong       epoch;
   long        size;        // of the file, as far as it is good
   long        limit;
   long        waiting;     // bytes of batches that are not stored
   QueuedBatch batches[];
   int         first;       // of the batches, the first that is not stored
   int         next;        // the first that is not sent
   int         inFlight;    // ticks of batches that are sent and not known to be stored
};

// A number that no earlier epoch has: the time in microseconds.
ulong NewEpoch() {
   return (ulong)TimeGMT() * 1000000 + GetMicrosecondCount() % 1000000;
}

string StateText(const TickQueue &queue, const Feed &feeds[]) {
   string text = "S" + StringFormat("%I64u", queue.epoch);
   int count = ArraySize(feeds);
   for(int i = 0; i < count; i++) {
      text += StringFormat("\n%s\t%I64u\t%I64d\t%d", feeds[i].symbol, feeds[i].sequence, feeds[i].timeMsc, feeds[i].ordinal);
   }
   return text;
}

// Takes a state over, if it is of the same symbols in the same order.
bool TakeState(TickQueue &queue, Feed &feeds[], const string text) {
   string lines[];
   int count = StringSplit(text, '\n', lines);
   if(count != ArraySize(feeds) + 1) return false;
   for(int i = 1; i < count; i++) {
      string fields[];
      if(StringSplit(lines[i], '\t', fields) != 4 || fields[0] != feeds[i - 1].symbol) return false;
      feeds[i - 1].sequence = (ulong)StringToInteger(fields[1]);
      feeds[i - 1].timeMsc = StringToInteger(fields[2]);
      feeds[i - 1].ordinal = (int)StringToInteger(fields[3]);
   }
   queue.epoch = (ulong)StringToInteger(StringSubstr(lines[0], 1));
   return true;
}

// Notes a batch whose bytes end at a place in the file.
void AddBatch(TickQueue &queue, const int feed, const ulong sequence, const long end, const int length) {
   int count = ArraySize(queue.batches);
   ArrayResize(queue.batches, count + 1, 1024);
   queue.batches[count].feed = feed;
   queue.batches[count].sequence = sequence;
   queue.batches[count].offset = end - length;
   queue.batches[count].length = length;
   queue.batches[count].isStored = false;
   queue.waiting += length;
}

// Takes a batch out of the file over.
bool TakeBatch(TickQueue &queue, Feed &feeds[], const uchar &bytes[], const long end) {
   TickBatchHeader header = {};
   TickRecord last = {};
   if(ArraySize(bytes) < TICK_BATCH_HEADER_BYTES + TICK_BYTES) return false;
   CharArrayToStruct(header, bytes, 0);
   CharArrayToStruct(last, bytes, (uint)(ArraySize(bytes) - TICK_BYTES));
   int feed = header.symbolIndex;
   if(feed >= ArraySize(feeds)) return false;
   AddBatch(queue, feed, header.sequence, end, ArraySize(bytes));
   feeds[feed].sequence = header.sequence;
   feeds[feed].timeMsc = last.timeMsc;
   feeds[feed].ordinal = last.ordinal;
   return true;
}

void ForgetBatches(TickQueue &queue) {
   ArrayResize(queue.batches, 0);
   queue.first = 0;
   queue.next = 0;
   queue.inFlight = 0;
   queue.waiting = 0;
}

// Opens the queue as it was left. Where that is not of these symbols, or not there, a new epoch begins.
bool QueueOpen(TickQueue &queue, Feed &feeds[], const string path, const long limit) {
   queue.path = path;
   queue.limit = limit;
   queue.file = INVALID_HANDLE;
   ForgetBatches(queue);
   if(!FileIsExist(path)) return QueueRenew(queue, feeds);
   queue.file = OpenRecords(path);
   if(queue.file == INVALID_HANDLE) return false;
   uchar payload[];
   long at = 0;
   bool isState = ReadRecord(queue.file, at, payload) && payload[0] == RECORD_STATE;
   if(!isState || !TakeState(queue, feeds, BytesToText(payload))) return QueueRenew(queue, feeds);
   queue.size = at;
   while(ReadRecord(queue.file, at, payload) && TakeBatch(queue, feeds, payload, at)) queue.size = at;
   return true;
}

// Begins a new epoch with an empty file.
bool QueueRenew(TickQueue &queue, Feed &feeds[]) {
   ForgetBatches(queue);
   queue.epoch = NewEpoch();
   int count = ArraySize(feeds);
   for(int i = 0; i < count; i++) {
      feeds[i].sequence = 0;
      feeds[i].timeMsc = 0;
      feeds[i].ordinal = -1;
      feeds[i].lost = 0;
   }
   return WriteWhole(queue, feeds);
}

// Writes the state and all that waits into a new file and puts it in place of the old one. False: the old one stands.
bool WriteWhole(TickQueue &queue, const Feed &feeds[]) {
   string path = queue.path + ".new";
   if(FileIsExist(path)) FileDelete(path);
   int file = OpenRecords(path);
   if(file == INVALID_HANDLE) return false;
   uchar payload[];
   long ends[];
   long size = 0;
   TextToBytes(StateText(queue, feeds), payload);
   bool isWhole = AppendRecord(file, size, payload);
   int count = ArraySize(queue.batches);
   ArrayResize(ends, count);
   for(int i = queue.first; i < count && isWhole; i++) {
      if(!queue.batches[i].isStored) isWhole = ReadBatch(queue, i, payload) && AppendRecord(file, size, payload);
      ends[i] = size;
   }
   FileClose(file);
   if(!isWhole) return false;
   QueueClose(queue);
   bool isMoved = FileMove(path, 0, queue.path, FILE_REWRITE);
   queue.file = OpenRecords(queue.path);
   if(!isMoved || queue.file == INVALID_HANDLE) return false;
   queue.size = size;
   for(int i = queue.first; i < count; i++) queue.batches[i].offset = ends[i] - queue.batches[i].length;
   return true;
}

bool ReadBatch(const TickQueue &queue, const int index, uchar &bytes[]) {
   ArrayResize(bytes, 0);
   FileSeek(queue.file, queue.batches[index].offset, SEEK_SET);
   return FileReadArray(queue.file, bytes, 0, queue.batches[index].length) == (uint)queue.batches[index].length;
}

bool QueueHasRoom(const TickQueue &queue) {
   return queue.size < queue.limit;
}

// Keeps a batch, numbered as the next of its feed. False if it could not be written: nothing has changed then.
bool QueueAdd(TickQueue &queue, Feed &feed, TickBatchHeader &header, const TickRecord &ticks[]) {
   uchar bytes[];
   header.epoch = queue.epoch;
   header.sequence = feed.sequence + 1;
   header.lost = feed.lost;
   EncodeTickBatch(header, ticks, bytes);
   if(!AppendRecord(queue.file, queue.size, bytes)) return false;
   AddBatch(queue, header.symbolIndex, header.sequence, queue.size, ArraySize(bytes));
   feed.sequence = header.sequence;
   feed.lost = 0;
   return true;
}

int TicksOf(const QueuedBatch &batch) {
   return (batch.length - TICK_BATCH_HEADER_BYTES) / TICK_BYTES;
}

// The next batch to send. False if there is none, or if it would make more ticks in flight than the window holds.
bool QueueNext(TickQueue &queue, const int window, uchar &bytes[]) {
   int count = ArraySize(queue.batches);
   while(queue.next < count && queue.batches[queue.next].isStored) queue.next++;
   if(queue.next >= count) return false;
   int ticks = TicksOf(queue.batches[queue.next]);
   if(queue.inFlight + ticks > window || !ReadBatch(queue, queue.next, bytes)) return false;
   queue.inFlight += ticks;
   queue.next++;
   return true;
}

// Up to a sequence, all batches of a feed are stored.
void QueueStored(TickQueue &queue, const Feed &feeds[], const int feed, const ulong sequence, const int until) {
   for(int i = queue.first; i < until; i++) {
      if(queue.batches[i].feed != feed || queue.batches[i].sequence > sequence || queue.batches[i].isStored) continue;
      queue.batches[i].isStored = true;
      queue.waiting -= queue.batches[i].length;
      if(i < queue.next) queue.inFlight -= TicksOf(queue.batches[i]);
   }
   int count = ArraySize(queue.batches);
   while(queue.first < count && queue.batches[queue.first].isStored) queue.first++;
   if(queue.next < queue.first) queue.next = queue.first;
   if(queue.first >= 1024 || (queue.first > 0 && queue.first == count)) {
      ArrayRemove(queue.batches, 0, (uint)queue.first);
      queue.next -= queue.first;
      queue.first = 0;
   }
   if(queue.size > COMPACT_BYTES && queue.size > 2 * queue.waiting) WriteWhole(queue, feeds);
}

// After a welcome all is sent again that is not stored.
void QueueResend(TickQueue &queue) {
   queue.next = queue.first;
   queue.inFlight = 0;
}

void QueueClose(TickQueue &queue) {
   if(queue.file != INVALID_HANDLE) FileClose(queue.file);
   queue.file = INVALID_HANDLE;
}
