// A file of records that survives being cut anywhere: each is its length, its CRC-32 and its bytes. The first that is cut
// or damaged ends the file; what stands before it is good.

const int RECORD_HEADER_BYTES = 8;
const uint MAX_RECORD_BYTES = 1048576;

struct RecordHeader {
   uint length;
   uint crc;
};

int OpenRecords(const string path) {
   return FileOpen(path, FILE_READ | FILE_WRITE | FILE_BIN | FILE_SHARE_READ);
}

// Writes a record at a place in a file, and moves the place behind it. False if the disk does not take it whole.
bool AppendRecord(const int file, long &at, const uchar &payload[]) {
   RecordHeader header = {};
   uchar bytes[];
   int length = ArraySize(payload);
   header.length = (uint)length;
   header.crc = Crc32(payload);
   ArrayResize(bytes, RECORD_HEADER_BYTES);
   StructToCharArray(header, bytes, 0);
   FileSeek(file, at, SEEK_SET);
   if(FileWriteArray(file, bytes, 0, RECORD_HEADER_BYTES) != (uint)RECORD_HEADER_BYTES) return false;
   if(FileWriteArray(file, payload, 0, length) != (uint)length) return false;
   FileFlush(file);
   at += RECORD_HEADER_BYTES + length;
   return true;
}

// Reads the record at a place, and moves the place behind it. False if there is no good one.
bool ReadRecord(const int file, long &at, uchar &payload[]) {
   RecordHeader header = {};
   uchar bytes[];
   FileSeek(file, at, SEEK_SET);
   if(FileReadArray(file, bytes, 0, RECORD_HEADER_BYTES) != (uint)RECORD_HEADER_BYTES) return false;
   CharArrayToStruct(header, bytes, 0);
   if(header.length == 0 || header.length > MAX_RECORD_BYTES) return false;
   ArrayResize(payload, 0);
   if(FileReadArray(file, payload, 0, (int)header.length) != header.length) return false;
   if(Crc32(payload) != header.crc) return false;
   at += RECORD_HEADER_BYTES + (int)header.length;
   return true;
}
