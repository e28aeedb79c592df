import { z } from "zod";
import { channelFault, channelHealth } from "../health.ts";
import { channelSettings } from "./channel-settings.ts";
import { channelSample, hubSample } from "./history.ts";

/** `GET /api/hub` */
export const hubInfo = z.object({
  version: z.string(),
  mode: z.string(),
  name: z.string().meta({ description: "Of the machine." }),
  startedAt: z.number().meta({ description: "ms since the epoch" }),
  surface: z
    .enum(["public", "admin"])
    .meta({ description: "Which listener answered: the app shows the wall or the control room." }),
  publicUrl: z.string().optional(),
  adminUrl: z.string().optional(),
});
export type HubInfo = z.infer<typeof hubInfo>;

/** One row of `GET /api/channels`. */
export const channelInfo = z.object({
  id: z.int().meta({ description: "Stands for the name in binary messages." }),
  name: z.string(),
  kind: z.enum(["image", "text", "none"]).meta({ description: "Of the latest frame." }),
  format: z.enum(["jpeg", "webp", "png"]).optional(),
  width: z.int().optional().meta({ description: "Pixels, or columns of a text grid." }),
  height: z.int().optional(),
  visibility: z.enum(["public", "private"]),
  health: channelHealth,
  ...channelFault,
  healthSince: z.number().meta({ description: "ms since the epoch" }),
  substitute: z
    .boolean()
    .meta({ description: "True while a badge, placeholder or fallback is shown instead of the source." }),
  seq: z.int(),
  capturedAt: z.number().optional().meta({ description: "Of the latest frame of the source, ms since the epoch" }),
  fps: z.number(),
  published: z.int(),
  publishedBytes: z.int(),
  viewers: z.int(),
  delivered: z.int(),
  deliveredBytes: z.int(),
  skipped: z.int(),
  ageMs: z.number().optional().meta({ description: "Oldest picture that any viewer sees, ms" }),
  sources: z.array(z.object({ label: z.string(), status: z.string() })),
  renditions: z.array(z.object({ key: z.string(), fps: z.number(), failures: z.int() })),
  settings: channelSettings.optional().meta({ description: "For operators." }),
});
export type ChannelInfo = z.infer<typeof channelInfo>;

/** One row of `GET /api/viewers`. */
export const viewerInfo = z.object({
  id: z.int(),
  name: z.string(),
  output: z.string(),
  channel: z.string(),
  remote: z.string(),
  agent: z.string().optional(),
  since: z.number().meta({ description: "ms since the epoch" }),
  fps: z.number(),
  delivered: z.int(),
  skipped: z.int(),
  bytes: z.int(),
  behind: z.boolean(),
  ageMs: z.number().optional(),
});
export type ViewerInfo = z.infer<typeof viewerInfo>;

/** `GET /api/snapshot`, and each event of `GET /api/events` (once a second): all that the control room shows. */
export const snapshot = z.object({
  time: z.number().meta({ description: "ms since the epoch" }),
  startedAt: z.number().meta({ description: "When the hub started, ms since the epoch" }),
  channels: z.array(channelInfo),
  viewers: z.array(viewerInfo),
  sample: hubSample.optional().meta({ description: "The latest row of the history; missing in the first second." }),
  channelSamples: z
    .record(z.string(), channelSample)
    .meta({ description: "The latest row of each channel's history, by name." }),
  figures: z.record(z.string(), z.unknown()).meta({ description: "As `GET /data`." }),
});
export type Snapshot = z.infer<typeof snapshot>;

/** One row of `GET /api/log?level=&limit=`. */
export const logLine = z.object({
  time: z.number().meta({ description: "ms since the epoch" }),
  level: z.enum(["debug", "info", "warn", "error"]),
  module: z.string(),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

/** `GET /api/session`: who the caller is. */
export const sessionInfo = z.object({
  role: z.enum(["anonymous", "viewer", "producer", "operator", "admin"]),
  name: z.string().optional(),
});
export type SessionInfo = z.infer<typeof sessionInfo>;

/** One row of `GET /api/tokens`. The secret is shown once, by the `POST` that makes it. */
export const tokenInfo = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(["viewer", "producer", "operator", "admin"]),
  channels: z.array(z.string()).optional().meta({ description: "Good for these only; missing: all." }),
  createdAt: z.number(),
});
export type TokenInfo = z.infer<typeof tokenInfo>;

/** RFC 9457 problem details, the body of every error reply. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().meta({ description: "For programs: one of the hub's error codes." }),
  errors: z
    .array(
      z.object({
        pointer: z.string().meta({ description: "JSON pointer into the request's body: #/stallTimeoutMs" }),
        detail: z.string(),
      }),
    )
    .optional()
    .meta({ description: "Which parts of the body are not right, and why." }),
});
export type Problem = z.infer<typeof problem>;
