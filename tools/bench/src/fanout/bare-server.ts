import { App } from "uWebSockets.js";
import { connectBus } from "@tradesage/message-bus";

// The limit: uWebSockets.js publishes what comes from the bus, as it comes, to everybody.
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
bus.subscribe("bare.>", (_, payload) => void app.publish("all", payload, false));
app.listen("127.0.0.1", Number(process.env["PORT"]), () => void process.send?.({ ready: true }));
