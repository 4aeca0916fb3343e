import type { handleUnaryCall, ServerErrorResponse } from "@grpc/grpc-js";

/** A call with one answer: what `answer` gives, or the failure that it throws. */
export const unary =
  <Request, Response>(answer: (request: Request) => Response | Promise<Response>): handleUnaryCall<Request, Response> =>
  ({ request }, callback) => {
    const answering = async () => answer(request);
    answering().then(
      (response) => callback(null, response),
      (error: ServerErrorResponse) => callback(error),
    );
  };
