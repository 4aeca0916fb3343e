/**
 * A line of a segment: what is told of an event, with its data and metadata as the bytes that the event store keeps, then
 * its marks. The marks are of the very bytes before them: who reads a line need not write it again.
 */
export const DATA = ',"data":';
export const METADATA = ',"metadata":';

export const marks = (digest: string, link: string): string => `,"digest":"${digest}","link":"${link}"}`;
export const MARKS_LENGTH = marks("0".repeat(32), "0".repeat(64)).length;
/** What a line says beside the text that is hashed; nothing else may stand there, for it would not be proven. */
export const MARKS = /^,"digest":"([0-9a-f]{32})","link":"([0-9a-f]{64})"\}$/;
/** Bytes of a link, which goes before the text that is hashed with it. */
export const LINK_LENGTH = 64;
