import access from "#access/module.ts";
import type { ModuleDefinition } from "#contract/module.ts";
import channelMemory from "#channel-memory/module.ts";
import http from "#http/module.ts";
import monitor from "#monitor/module.ts";
import asciiWeb from "#outputs/ascii-web/module.ts";
import display from "#outputs/display/module.ts";
import live from "#outputs/live/module.ts";
import mjpeg from "#outputs/mjpeg/module.ts";
import stats from "#outputs/stats/module.ts";
import telnet from "#outputs/telnet/module.ts";
import pages from "#pages/module.ts";
import interleave from "#sources/interleave/module.ts";
import pattern from "#sources/pattern/module.ts";
import pull from "#sources/pull/module.ts";
import push from "#sources/push/module.ts";
import textScene from "#sources/text-scene/module.ts";
import video from "#sources/video/module.ts";
import standby from "#standby/module.ts";
import store from "#store/module.ts";
import system from "#system/module.ts";

/** Every module of the hub, in the order in which they start. They close together, none before those that use its services. */
export const modules: readonly ModuleDefinition[] = [
  // What the others stand on.
  store,
  channelMemory,
  access,
  http,
  system,
  standby,
  // Outputs: they hand frames to viewers.
  mjpeg,
  live,
  display,
  asciiWeb,
  telnet,
  stats,
  // Sources: they put frames into channels. The pattern shows up when no source of pictures has a channel.
  interleave,
  video,
  pull,
  push,
  pattern,
  textScene,
  // What people and programs see of the hub itself.
  monitor,
  pages,
];
