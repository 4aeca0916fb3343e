/** A bench asks oftener, and from one address, than a gateway lets anybody. */
export const unlimited = { GATEWAY_REQUESTS_PER_ADDRESS: "1000000", GATEWAY_REQUESTS_PER_USER: "1000000" };
