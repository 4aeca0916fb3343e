export { createBucket } from "./bucket.ts";
export { createListener, type Listener } from "./listener.ts";
export { createRates, type Rates } from "./rates.ts";
