/** 16 bytes as a UUID is written. */
export function uuidOf(id: Uint8Array): string {
  const hex = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID; undefined for any other text. */
export function bytesOfUuid(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text.replaceAll("-", ""), "hex");
  return bytes.length === 16 && text.length === 36 ? bytes : undefined;
}
