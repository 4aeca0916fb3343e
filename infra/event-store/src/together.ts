/**
 * Metadata of a read, by which our client tells that it takes several answers (`ReadResp`) as one message, their bytes
 * one after the other. Our server sends them so; others pass it over, and send one at a time.
 */
export const TOGETHER = "tradesage-answers-together";
