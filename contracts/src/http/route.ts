import type { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { CommandType, QueryType } from "../messages.ts";
import type { Role } from "../principal.ts";
import type { RefusalCode } from "../refusals.ts";
import type { DownloadFormat } from "./downloads.ts";

interface RouteBase {
  readonly summary: string;
  /** `{name}` stands for the field of that name of the command's or query's data. */
  readonly path: `/v1/${string}`;
  /** Any one of these roles suffices. */
  readonly roles: readonly Role[];
  /** `tenant`: it concerns the tenant of the token. `platform`: it concerns tenants from outside. */
  readonly scope: "tenant" | "platform";
  /** Who answers it on the bus. */
  readonly owner: "tenants" | "backups" | "trading" | "live" | "projections" | "market-data" | "audit" | "watch";
  /** What it may be refused for, beside what every route may (see `commonRefusals`). */
  readonly refusals: readonly RefusalCode[];
}

/** A route that gives a command: path fields and body together are its data; it answers a `CommandReply`. */
export interface CommandRoute extends RouteBase {
  readonly kind: "command";
  readonly method: "POST" | "DELETE";
  readonly type: CommandType;
  /** The field that names the aggregate; it picks the partition. */
  readonly aggregate: string;
  /** The field that is made from the Idempotency-Key where the client leaves it out. */
  readonly generates?: string;
  /** A body to try it with. */
  readonly example?: JsonObject;
  readonly status: 200 | 201 | 202;
  /** Where what it made can be read. */
  readonly location?: `/v1/${string}`;
}

/** A route that asks a query: path fields and query parameters together are its data; it answers the query's answer. */
export interface QueryRoute extends RouteBase {
  readonly kind: "query";
  readonly method: "GET";
  readonly type: QueryType;
  /** How long it may take, where that is more than any other query. */
  readonly deadlineMs?: number;
  /** Its pages can also be downloaded as one stream, in that of these forms that the Accept header names. */
  readonly downloads?: readonly DownloadFormat[];
}

export type Route = CommandRoute | QueryRoute;

type Loose<Input, Field> = Omit<Input, Field & keyof Input> & Partial<Pick<Input, Field & keyof Input>>;

/** What a caller of a route gives: the data of its command or query, without what is generated. */
export type RouteInput<R extends Route> = R extends { readonly generates: infer Field }
  ? Loose<z.input<R["type"]["schema"]>, Field>
  : z.input<R["type"]["schema"]>;

/** The names of the path's `{fields}`, in order. */
export const pathFields = (path: string): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/** Who may read inside a tenant. */
export const readers = ["admin", "trader", "viewer"] as const satisfies readonly Role[];
