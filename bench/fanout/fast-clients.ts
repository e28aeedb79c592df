import { connect } from "node:net";
import { reportAges } from "./ages.ts";
import { preciseNow, type ClientArguments } from "./messages.ts";
import { PartReader } from "./part-reader.ts";

/** Process of viewers that read as fast as they can. All share one read buffer, so that the clients cost little. */
const { port, viewers } = JSON.parse(process.argv[2] ?? "{}") as ClientArguments;
const buffer = Buffer.allocUnsafe(256 * 1024);
const note = reportAges();
let started = 0;

for (let i = 0; i < viewers; i++) {
  let first = true;
  const reader = new PartReader((timestamp) => {
    if (first) {
      first = false;
      if (++started === viewers) process.send?.("ready");
    }
    note(preciseNow() - timestamp * 1000);
  });
  const socket = connect({
    port,
    host: "127.0.0.1",
    onread: {
      buffer,
      callback: (length, bytes) => {
        reader.push(bytes as Buffer, length);
        return true;
      },
    },
  });
  socket.on("error", (error) => {
    throw error;
  });
  socket.write("GET /video_feed HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}
