import type { SFTPWrapper } from "ssh2";

/** What the library has no names for: the channel under a session, and the protocol that writes to it. */
interface Inside {
  readonly outgoing: { readonly id: number };
  _protocol: { channelData(channel: number, packet: Buffer): void };
}

/** As OpenSSH announces it (its PROTOCOL, §4.4): the extended request and its version. */
const EXTENSION = "statvfs@openssh.com";
const [VERSION, EXTENDED_REPLY] = [2, 201];
/** Space is told in blocks of so many bytes. */
const BLOCK_BYTES = 512;

/**
 * Announces that free space can be asked for. ssh2 announces nothing that a server can do, so that its answer to the
 * client's first message is replaced: it has its type, the protocol's version, and here the extension after it.
 */
export function announceFreeSpace(sftp: SFTPWrapper): void {
  const inside = sftp as unknown as Inside;
  const protocol = inside._protocol;
  const channelData = (channel: number, packet: Buffer) => {
    const isVersion = packet.length === 9 && packet[4] === VERSION;
    const extended = [packet.subarray(4), text(EXTENSION), text("2")];
    protocol.channelData(channel, isVersion ? sized(...extended) : packet);
  };
  inside._protocol = Object.assign(Object.create(protocol), { channelData });
}

/** Answers `statvfs@openssh.com` with the bytes that are there and those that are free. */
export function tellFreeSpace(sftp: SFTPWrapper, request: number, bytes: number, free: number): void {
  const head = Buffer.alloc(5);
  head.writeUInt8(EXTENDED_REPLY);
  head.writeUInt32BE(request, 1);
  const blocks = [bytes, free, free].map((count) => Math.floor(count / BLOCK_BYTES));
  // f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_favail, f_fsid, f_flag, f_namemax
  const values = [BLOCK_BYTES, BLOCK_BYTES, ...blocks, 0, 0, 0, 0, 0, 255].map((value) => {
    const field = Buffer.alloc(8);
    field.writeBigUInt64BE(BigInt(value));
    return field;
  });
  const { outgoing, _protocol } = sftp as unknown as Inside;
  _protocol.channelData(outgoing.id, sized(head, ...values));
}

export const isFreeSpace = (name: string): boolean => name === EXTENSION;

/** A packet, or a string of one, behind its length. */
function sized(...parts: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(parts.reduce((all, part) => all + part.length, 0));
  return Buffer.concat([length, ...parts]);
}
const text = (value: string): Buffer => sized(Buffer.from(value));
