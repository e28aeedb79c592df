import { z } from "zod";
import { tokenInfo } from "./monitor.ts";

/** Body of `POST /api/login`; the reply is a `sessionInfo`, and sets the session's cookie. */
export const loginBody = z.strictObject({ token: z.string().min(1).max(512) });
export type LoginBody = z.infer<typeof loginBody>;

/** Body of `POST /api/tokens`. */
export const tokenBody = z.strictObject({
  name: z.string().trim().min(1).max(80).meta({ description: "For people, to know it again in the list." }),
  role: tokenInfo.shape.role,
  channels: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/))
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "Good for these only; missing: all." }),
});
export type TokenBody = z.infer<typeof tokenBody>;

/** Reply of `POST /api/tokens`. */
export const madeToken = tokenInfo.extend({ secret: z.string().meta({ description: "Shown this once." }) });
export type MadeToken = z.infer<typeof madeToken>;
