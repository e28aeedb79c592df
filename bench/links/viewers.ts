// Process of all viewers, in their namespace. Each reads as fast as its link lets it and notes when a picture is there.
import { preciseNow, type ClientArguments, type ClientCommand, type ClientReport, type Seen } from "./messages.ts";
import { watchers } from "./watchers.ts";

const { viewers } = JSON.parse(process.argv[2] ?? "{}") as ClientArguments;
// All share one: what is in it is looked at before the next read.
const buffer = Buffer.allocUnsafe(256 * 1024);
const cpu = process.cpuUsage();
let begun = 0;

const seen = viewers.map((viewer) => {
  const list: Seen[] = [];
  let newest = -Infinity;
  const socket = watchers[viewer.protocol](viewer, buffer, (which) => {
    // A picture that is repeated for browsers' sake is no new one.
    if (which <= newest) return;
    newest = which;
    if (list.push([preciseNow(), which, socket.bytesRead]) === 1 && ++begun === viewers.length) process.send?.("begun");
  });
  return list;
});

process.on("message", (command: ClientCommand) => {
  if (command === "stop") process.exit(0);
  const { user, system } = process.cpuUsage(cpu);
  process.send?.({ seen, cpuMs: (user + system) / 1000 } satisfies ClientReport);
});
process.on("disconnect", () => process.exit(0));
