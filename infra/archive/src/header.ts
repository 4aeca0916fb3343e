import { TenantId } from "@tradesage/contracts";
import { z } from "zod";

/** What is written in the clear at the head of an archive, and authenticated with every chunk of it. */
export const ArchiveHeader = z
  .object({
    tenant: TenantId,
    /** `snapshot`: a tenant's schema at a position. `segment`: a run of its events. `ticks`: what was written to its ticks. */
    kind: z.enum(["snapshot", "segment", "ticks"]),
    /** Names the backup that it belongs to. */
    backup: z.string().regex(/^[a-z0-9-]{1,64}$/),
    /** Positions in the whole history: what it holds lies after the first, up to and with the last. */
    after: z.string().regex(/^\d{1,20}$/),
    upTo: z.string().regex(/^\d{1,20}$/),
    /** Of ticks, also those in a snapshot: the epochs in which they were written, in the same way. */
    epochs: z.strictObject({ after: z.string().regex(/^\d{1,20}$/), upTo: z.string().regex(/^\d{1,20}$/) }).optional(),
    /** Of a snapshot: how many rows it has. */
    rows: z.int().nonnegative().optional(),
    createdAt: z.iso.datetime(),
  })
  .strict();
export type ArchiveHeader = z.output<typeof ArchiveHeader>;

/** The header with what the sealing adds: the salt of the archive's key, and a check value of the tenant's. */
export const SealedHeader = ArchiveHeader.extend({
  salt: z.base64(),
  keyCheck: z.base64(),
}).strict();
export type SealedHeader = z.output<typeof SealedHeader>;

/** The first bytes of every archive: name and version of the format. */
export const MAGIC = Buffer.from("TSARCH\x00\x01", "latin1");
/** Bytes of a header, at most. */
export const MAX_HEADER_BYTES = 4096;
