import { App } from "uWebSockets.js";
import { TERMINAL_PATH } from "./raw-terminal.ts";

// A process of its own: a bare uWebSockets.js server that counts the binary frames of each connection and does nothing
// else. A text frame says after how many it is to answer.
App()
  .ws<{ left: number }>(TERMINAL_PATH, {
    maxPayloadLength: 1_048_576,
    upgrade(res, req, context) {
      res.upgrade({ left: 0 }, req.getHeader("sec-websocket-key"), "", "", context);
    },
    message(socket, frame, isBinary) {
      const counter = socket.getUserData();
      if (!isBinary) counter.left = Number(Buffer.from(frame).toString());
      else if (--counter.left === 0) socket.send("done");
    },
  })
  .listen("127.0.0.1", Number(process.argv[2]), (listening) => {
    process.send?.(Boolean(listening));
  });
process.on("disconnect", () => process.exit());
