import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";

// The peer: socket.io's own way to many clients over several servers, at its best (WebSocket only, no compression).
process.on("disconnect", () => process.exit()); // it ends with whoever started it
const redis = new Redis(process.env["REDIS_URL"] ?? "");
const http = createServer();
new Server(http, { transports: ["websocket"], adapter: createAdapter(redis, redis.duplicate()) });
http.listen(Number(process.env["PORT"]), "127.0.0.1", () => process.send?.({ ready: true }));
