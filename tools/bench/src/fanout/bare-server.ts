import { App } from "uWebSockets.js";
import { connectBus } from "@tradesage/message-bus";

// The limit: uWebSockets.js publishes what comes from the bus to everybody, all of a turn of the event loop at once.
process.on("disconnect", () => process.exit()); // it ends with whoever started it
const bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "bare" });
const app = App();
app.ws("/*", {
  idleTimeout: 0,
  maxBackpressure: 1 << 24,
  open(socket) {
    socket.subscribe("all");
    socket.send("ready");
  },
});
let waiting: Uint8Array[] = [];
bus.subscribe("bare.>", (_, payload) => {
  if (waiting.push(payload) === 1) setImmediate(publishAll);
});
function publishAll(): void {
  const payloads = waiting;
  waiting = [];
  for (const payload of payloads) app.publish("all", payload, false);
}
app.listen("127.0.0.1", Number(process.env["PORT"]), () => void process.send?.({ ready: true }));
