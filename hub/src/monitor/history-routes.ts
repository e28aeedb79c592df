import type { Http } from "#contract/services.ts";
import type { Channels } from "#core/registry.ts";
import { channelSample, hubSample } from "@lightwell/wire/api/history.ts";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { findChannel } from "./find-channel.ts";
import type { History } from "./history.ts";

const tags = ["monitor"];

/** What graphs begin with: for operators. */
export function addHistoryRoutes(
  http: Http,
  { channels, history }: { readonly channels: Channels; readonly history: History },
): void {
  http.routes("admin", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    app.get(
      "/api/history",
      { schema: { summary: "The hub's last minutes, a row per second", tags, response: { 200: z.array(hubSample) } } },
      async () => history.hub(),
    );
    app.get(
      "/api/channels/:name/history",
      {
        schema: {
          summary: "A channel's last minutes, a row per second",
          tags,
          params: z.object({ name: z.string() }),
          response: { 200: z.array(channelSample) },
        },
      },
      async (request) => history.ofChannel(findChannel(channels, request.params.name)),
    );
  });
}
