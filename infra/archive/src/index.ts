export { ArchiveError, type ArchiveErrorCode } from "./archive-error.ts";
export type { ArchiveHeader } from "./header.ts";
export { type OpenArchive, openArchive } from "./open-archive.ts";
export { sealArchive } from "./seal-archive.ts";
