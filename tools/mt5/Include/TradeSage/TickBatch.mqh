// The tick batch, byte by byte as docs/mt5-protocol.md has it. MQL5 packs structs without gaps and runs on little-endian
// machines only, so a struct's bytes are the wire's.

const int TICK_BATCH_HEADER_BYTES = 32;
const int TICK_BYTES = 48;
const int MAX_TICKS_PER_BATCH = 1000;
const uchar BATCH_LIVE = 0;
const uchar BATCH_BACKFILL = 1;

struct TickBatchHeader {
   uchar  magic;
   uchar  version;
   uchar  kind;
   uchar  reserved;
   ushort symbolIndex;
   ushort count;
   ulong  epoch;
   ulong  sequence;
   uint   lost;
   int    utcOffsetSeconds;
};

struct TickRecord {
   long   timeMsc;
   double bid;
   double ask;
   double last;
   double volume;
   uint   flags;
   ushort ordinal;
   ushort quality;
};

// Writes a batch. Of the header, magic, version, reserved and count are set here.
void EncodeTickBatch(TickBatchHeader &header, const TickRecord &ticks[], uchar &bytes[]) {
   int count = ArraySize(ticks);
   header.magic = 0x54;
   header.version = 1;
   header.reserved = 0;
   header.count = (ushort)count;
   ArrayResize(bytes, TICK_BATCH_HEADER_BYTES + count * TICK_BYTES);
   StructToCharArray(header, bytes, 0);
   for(int i = 0; i < count; i++) {
      StructToCharArray(ticks[i], bytes, (uint)(TICK_BATCH_HEADER_BYTES + i * TICK_BYTES));
   }
}
