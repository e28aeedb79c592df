import { z } from "zod";
import { channelName } from "./channel-settings.ts";
import "./form-meta.ts";
import { tokenInfo } from "./monitor.ts";

/** Body of `POST /api/login`; the reply is a `sessionInfo`, and sets the session's cookie. */
export const loginBody = z.strictObject({ token: z.string().min(1).max(512) });
export type LoginBody = z.infer<typeof loginBody>;

/** Body of `POST /api/tokens`. */
export const tokenBody = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, "Give it a name, so that you know later which one to revoke.")
      .max(80)
      .meta({ title: "Name", description: "Who or what uses it.", examples: ["kitchen camera"] }),
    role: tokenInfo.shape.role.meta({
      title: "Role",
      description: "What it may do.",
      "x-choices": {
        viewer: "viewer: watches private channels",
        producer: "producer: publishes",
        operator: "operator: controls",
        admin: "admin: everything, tokens too",
      },
    }),
    channels: z.array(channelName).min(1).max(1000).optional().meta({
      title: "Channels",
      description: "Good for these only. None given: all. For viewers and producers; the others' are good for all.",
      "x-placeholder": "kitchen, hall",
    }),
  })
  .refine(({ role, channels }) => channels === undefined || role === "viewer" || role === "producer", {
    path: ["channels"],
    message: "An operator's or admin's token is good for all channels: leave this empty, or choose another role.",
  });
export type TokenBody = z.infer<typeof tokenBody>;

/** Reply of `POST /api/tokens`. */
export const madeToken = tokenInfo.extend({ secret: z.string().meta({ description: "Shown this once." }) });
export type MadeToken = z.infer<typeof madeToken>;
