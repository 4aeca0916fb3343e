/** Where the gateway serves the socket. */
export const SOCKET_PATH = "/v1/stream";
