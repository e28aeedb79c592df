import http from "#http/module.ts";
import access from "#access/module.ts";
import store from "#store/module.ts";
import { describeOutput } from "#contract/conformance/output.ts";
import type { Content } from "#core/frame.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../../testing/boot.ts";
import { MjpegClient } from "./client.fixture.ts";
import mjpeg from "./module.ts";

let hub: TestHub;

/** Bytes that begin as a JPEG and carry a number: the output passes JPEG on as it is. */
function numbered(number: number): Content {
  const bytes = Buffer.alloc(100_000);
  bytes.set([0xff, 0xd8, 0xff, 0xfe]);
  bytes.writeUInt32BE(number, 4);
  return { kind: "image", format: "jpeg", bytes, width: 640, height: 480 };
}

describeOutput("mjpeg", {
  viewerToken: ADMIN_TOKEN,
  content: numbered,
  start: async () => (hub = await bootHub([store, access, http, mjpeg])),
  async connect(channel, token) {
    const client = new MjpegClient(`${hub.publicUrl}/video_feed/${channel}${token ? `?token=${token}` : ""}`);
    const head = await client.head;
    if (!head.startsWith("HTTP/1.1 200")) {
      client.socket.destroy();
      throw new Error(head.split("\r\n")[0]);
    }
    let last = -1;
    return {
      async next() {
        // The last picture is sent once more when none follows: a viewer sees the same, and so does the suite.
        for (;;) {
          const number = (await client.next()).body.readUInt32BE(4);
          if (number === last) continue;
          last = number;
          return number;
        }
      },
      pause: () => client.socket.pause(),
      resume: () => client.socket.resume(),
      closed: client.closed,
      close: () => client.reset(),
    };
  },
});
