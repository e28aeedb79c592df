import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { inspectPicture } from "#picture/inspect.ts";
import access from "../../access/module.ts";
import http from "../../http/module.ts";
import mjpeg from "../../outputs/mjpeg/module.ts";
import standby from "../../standby/module.ts";
import store from "../../store/module.ts";
import { bootHub, type TestHub } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import push from "./module.ts";

const modules = [store, access, http, standby, mjpeg, push];

/** As the log names it. */
function iotAddressOf(hub: TestHub): string {
  const found = /may push into the channel iot.* port=(\d+)/.exec(hub.service("report")?.tail() ?? "");
  return `http://127.0.0.1:${found?.[1]}/`;
}

/** The first whole part of a stream, as an `<img>` sees it. */
async function firstPart(url: string): Promise<Buffer> {
  const asked = request(url).end();
  onTestFinished(() => void asked.destroy());
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  let bytes = Buffer.alloc(0);
  response.on("data", (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
  return until("a part", () => {
    const start = bytes.indexOf("\r\n\r\n") + 4;
    const length = Number(/content-length: (\d+)/i.exec(bytes.toString("latin1"))?.[1]);
    return bytes.length >= start + length ? bytes.subarray(start, start + length) : undefined;
  });
}

it("an <img> on the port of microcontrollers shows the placeholder until the first picture, in the mode web too", async () => {
  const hub = await bootHub(modules, { "hub.mode": "web", "push.iotHost": "127.0.0.1", "push.iotPort": 0 });
  expect(inspectPicture(await firstPart(iotAddressOf(hub)))).toMatchObject({ format: "jpeg", width: 640 });
  expect(hub.channels.get("iot")?.latest?.substitute).toBe(true);
});
