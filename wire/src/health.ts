import { z } from "zod";

/** How a channel is doing. */
export const channelHealth = z.enum(["waiting", "live", "stalled", "frozen", "resting"]).meta({
  description:
    "waiting: no picture yet; stalled: none for too long; frozen: always the same; resting: nobody watches, so none is made",
});

/** Whether the sources of a channel have given up for the time being; part of what is told of it. */
export const channelFault = {
  failing: z.boolean().meta({ description: "No source delivers, and at least one says why." }),
  fault: z.string().optional().meta({ description: "Why, in words; for operators." }),
};
