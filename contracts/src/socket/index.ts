export { decodePrices, encodePrice, type SocketForm, subprotocols } from "./binary.ts";
export { type Channel, type ChannelName, channels, type LosslessChannel } from "./channels.ts";
export { ClientMessage, Subscribe, SubscriptionId } from "./client-messages.ts";
export { type CloseCode, closeCodes } from "./close-codes.ts";
export { socketLimits } from "./limits.ts";
export { SOCKET_PATH } from "./path.ts";
export { ServerMessage } from "./server-messages.ts";
