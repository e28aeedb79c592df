import { describeOutput } from "#contract/conformance/output.ts";
import { ADMIN_TOKEN } from "../../testing/boot.ts";
import { until } from "../../testing/wait.ts";
import { bootTelnet, numbered, numberOn, type TelnetHub } from "./hub.fixture.ts";
import { TerminalClient, type ClientSettings } from "./terminal.fixture.ts";

let hub: TelnetHub;

async function start(): Promise<TelnetHub> {
  hub = await bootTelnet({ "telnet.fps": 1000 });
  return hub;
}

/** Connects and says which channel it wants, as a script does. */
async function connectTo(port: number, settings: ClientSettings, channel: string, token?: string) {
  const client = new TerminalClient(port, {
    ...settings,
    says: `${token === undefined ? "" : `token ${token}\n`}watch ${channel}\n`,
  });
  const numbers: number[] = [];
  let updates = 0;
  client.socket.on("data", () => {
    const number = numberOn(client.screen.lines[0]);
    if (client.screen.updates > updates && !Number.isNaN(number) && number !== numbers.at(-1)) numbers.push(number);
    updates = client.screen.updates;
  });
  let closed = false;
  void client.closed.then(() => (closed = true));
  await until("a picture or the end", () => closed || numbers.length > 0);
  if (closed) throw new Error(client.screen.text.trim());
  let taken = 0;
  return {
    next: () =>
      until("a picture", () => {
        if (closed) throw new Error("the connection has ended");
        return numbers[taken];
      }).then((number) => (taken++, number)),
    pause: () => void client.socket.pause(),
    resume: () => void client.socket.resume(),
    closed: client.closed,
    close: () => void client.socket.destroy(),
  };
}

const rawOutput = {
  start,
  content: (number: number) => numbered(number),
  viewerToken: ADMIN_TOKEN,
};

describeOutput("telnet to a script on its raw port", {
  ...rawOutput,
  connect: (channel, token) => connectTo(hub.rawPort, {}, channel, token),
});

describeOutput("telnet to a raw peer", {
  ...rawOutput,
  connect: (channel, token) => connectTo(hub.port, {}, channel, token),
});

describeOutput("telnet to a terminal", {
  ...rawOutput,
  content: (number) => numbered(number, 200, 60),
  connect: (channel, token) => connectTo(hub.port, { cols: 200, rows: 60, type: "xterm-direct" }, channel, token),
});
