// Text, checksums and randomness, as bytes.

// A text as UTF-8, without the 0 that StringToCharArray puts behind it.
void TextToBytes(const string text, uchar &bytes[]) {
   int copied = StringToCharArray(text, bytes, 0, WHOLE_ARRAY, CP_UTF8);
   ArrayResize(bytes, copied > 0 ? copied - 1 : 0);
}

string BytesToText(const uchar &bytes[]) {
   return ArraySize(bytes) == 0 ? "" : CharArrayToString(bytes, 0, ArraySize(bytes), CP_UTF8);
}

// CRC-32 of zip and Ethernet: reflected, polynomial 0xEDB88320.
uint Crc32(const uchar &bytes[]) {
   uint crc = 0xFFFFFFFF;
   int count = ArraySize(bytes);
   for(int i = 0; i < count; i++) {
      crc = crc ^ bytes[i];
      for(int bit = 0; bit < 8; bit++) {
         crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
      }
   }
   return ~crc;
}

// At most 32 bytes that a stranger cannot foretell well. MQL5 has no cryptographic source; the mask of a WebSocket frame
// needs none behind TLS (RFC 6455 section 10.3 is about proxies).
void RandomBytes(uchar &bytes[], const int count) {
   uchar seed[];
   uchar none[];
   uchar digest[];
   TextToBytes(StringFormat("%I64u %I64u %d %d", GetMicrosecondCount(), GetTickCount64(), MathRand(), MathRand()), seed);
   CryptEncode(CRYPT_HASH_SHA256, seed, none, digest);
   ArrayResize(bytes, count);
   ArrayCopy(bytes, digest, 0, 0, count);
}

string Base64(const uchar &bytes[]) {
   uchar none[];
   uchar encoded[];
   int count = CryptEncode(CRYPT_BASE64, bytes, none, encoded);
   return CharArrayToString(encoded, 0, count, CP_UTF8);
}
