import { Refused } from "@tradesage/contracts";
import {
  type AnswerOf,
  type DownloadFormat,
  downloadTypes,
  headers,
  type InputOf,
  type OperationId,
  type Route,
  type Routes,
  refusedOf,
  requestOf,
  routes,
} from "@tradesage/contracts/http";

/** The API could not be reached, or answered what it does not document. The cause tells more. */
export class ApiUnavailable extends Error {
  override readonly name = "ApiUnavailable";
}

/** The operations whose answers come in pages. */
export type PagedOperation = {
  [Id in OperationId]: AnswerOf<Id> extends { items: readonly unknown[]; next?: string | undefined }
    ? InputOf<Id> extends { cursor?: string | undefined }
      ? Id
      : never
    : never;
}[OperationId];

/** The operations that can be downloaded whole. */
export type DownloadOperation = {
  [Id in OperationId]: Routes[Id] extends { readonly downloads: readonly DownloadFormat[] } ? Id : never;
}[OperationId];

export interface CallOptions {
  /** Names the intention of a command, so that a repeat has no second effect; without it none may be repeated. */
  readonly idempotencyKey?: string;
  /** A query answers only once its read model has passed this position (of a command's reply). */
  readonly after?: string;
  /** Gives up after so many milliseconds; unless told 15,000, or what the operation may take and 5,000 more. */
  readonly deadlineMs?: number;
}

export interface Api {
  /**
   * Asks an operation by its OpenAPI operationId. `input` is its path, query and body fields together.
   * Throws `Refused` with the API's code where it refuses, `ApiUnavailable` where it cannot be reached.
   */
  call<Id extends OperationId>(operation: Id, input: InputOf<Id>, options?: CallOptions): Promise<AnswerOf<Id>>;
  /**
   * Everything that a paged operation has, as a file's bytes as they come; the gateway asks for more only as they are
   * read. Throws as `call` does; `ApiUnavailable` also where it is cut off half-way.
   */
  download<Id extends DownloadOperation>(
    operation: Id,
    input: Omit<InputOf<Id>, "limit">,
    format: DownloadFormat,
  ): AsyncIterable<Uint8Array>;
  /** All items of a paged operation, page after page as they are consumed. */
  pages<Id extends PagedOperation>(operation: Id, input: InputOf<Id>): AsyncIterable<ItemOf<Id>>;
}

type ItemOf<Id extends PagedOperation> = AnswerOf<Id> extends { items: readonly (infer Item)[] } ? Item : never;

export interface ApiOptions {
  /** Where the gateway is: `http://127.0.0.1:7400`. */
  readonly url: string;
  /** A signed token, or what fetches one before each call. */
  readonly token: string | (() => Promise<string>);
}

/** A download that brings nothing for so long has ended. */
const SILENT_MS = 60_000;

export function createApi({ url, token }: ApiOptions): Api {
  const bearer = typeof token === "string" ? async () => token : token;

  async function call<Id extends OperationId>(operation: Id, input: InputOf<Id>, options: CallOptions = {}) {
    const route: Route = routes[operation];
    const patience = (route.kind === "query" && route.deadlineMs) || 10_000;
    const request = requestOf(route, input);
    const init: RequestInit = {
      method: route.method,
      headers: {
        authorization: `Bearer ${await bearer()}`,
        ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        ...(options.idempotencyKey !== undefined && { [headers.idempotencyKey]: options.idempotencyKey }),
        ...(options.after === undefined ? {} : { [headers.after]: options.after }),
      },
      signal: AbortSignal.timeout(options.deadlineMs ?? patience + 5_000),
      ...(request.body === undefined ? {} : { body: request.body }),
    };
    const response = await fetch(new URL(request.url, url), init).catch((cause: unknown) => {
      throw new ApiUnavailable(`${url} does not answer`, { cause });
    });
    const answer: unknown = await response.json().catch((cause: unknown) => {
      throw new ApiUnavailable(`${url} answered ${response.status} without JSON`, { cause });
    });
    if (response.ok) return answer as AnswerOf<Id>;
    throw refusedOf(answer) ?? new ApiUnavailable(`${url} answered ${response.status}`);
  }

  async function* pages<Id extends PagedOperation>(operation: Id, input: InputOf<Id>) {
    let cursor: string | undefined;
    do {
      const page = (await call(operation, { ...input, ...(cursor === undefined ? {} : { cursor }) })) as {
        readonly items: readonly ItemOf<Id>[];
        readonly next?: string;
      };
      yield* page.items;
      cursor = page.next;
    } while (cursor !== undefined);
  }

  async function* download<Id extends DownloadOperation>(
    operation: Id,
    input: Omit<InputOf<Id>, "limit">,
    format: DownloadFormat,
  ) {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENT_MS);
    };
    try {
      listen();
      const response = await fetch(new URL(requestOf(routes[operation], input).url, url), {
        headers: { authorization: `Bearer ${await bearer()}`, accept: downloadTypes[format] },
        signal: silence.signal,
      });
      if (!response.ok)
        throw refusedOf(await response.json()) ?? new ApiUnavailable(`${url} answered ${response.status}`);
      for await (const bytes of response.body ?? []) {
        // While the reader is busy with it, nothing can come.
        clearTimeout(timer);
        yield bytes;
        listen();
      }
    } catch (cause) {
      if (cause instanceof Refused || cause instanceof ApiUnavailable) throw cause;
      throw new ApiUnavailable(`${url} does not answer, or cut the download off`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  return { call, pages, download };
}
