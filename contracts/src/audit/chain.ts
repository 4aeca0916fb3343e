import { z } from "zod";
import { Position, TenantId } from "../ids.ts";
import { event, page, query } from "../messages.ts";

/** A link of a tenant's chain: SHA-256 in hex, of the link before and of the event's digest. */
const Link = z.string().regex(/^[0-9a-f]{64}$/);

/** A head of a tenant's chain: the link of the event at `upTo`. Whoever keeps one can show later that nothing before it has changed. */
export const ChainHead = z.object({ tenantId: TenantId, upTo: Position, head: Link }).meta({ id: "ChainHead" });
export type ChainHead = z.output<typeof ChainHead>;

/** What is recorded of a run of a tenant's events, so that one that is changed, deleted or added later can be named. */
export const ChainRecord = z.object({
  /**
   * What digests are of. `bytes`: of the text of an event with its data and metadata as the event store keeps them.
   * `canonical`: of its members in the order of their names, cut to 128 bits, and links of that text itself; so it was in
   * releases that did not tell.
   */
  form: z.enum(["canonical", "bytes"]).default("canonical"),
  after: Position,
  upTo: Position,
  head: Link,
  /** Of each event its position, its stream and revision, and its digest: SHA-256 in hex. */
  events: z.array(z.tuple([Position, z.string(), z.string(), z.string()])),
  /** The `ChainHead` as a JWS in compact form, signed with Ed25519 (RFC 7515, RFC 8037). */
  signature: z.string(),
});
export type ChainRecord = z.output<typeof ChainRecord>;

/** In the stream `platform-chain-<tenant>`. */
export const chainEvents = {
  ChainExtended: event("ChainExtended", ChainRecord),
} as const;

export const SignedHead = ChainHead.extend({ recordedAt: z.iso.datetime(), signature: z.string() }).meta({
  id: "SignedHead",
});
export type SignedHead = z.output<typeof SignedHead>;

export const chainQueries = {
  /** Newest first. */
  chainHeads: query(
    "chainHeads",
    z.object({
      tenantId: TenantId,
      limit: z.int().min(1).max(50).default(10),
      cursor: z
        .string()
        .regex(/^\d{1,18}$/, "a cursor as this API gave it")
        .optional(),
    }),
    page(SignedHead),
  ),
} as const;
