import { HubError } from "#contract/errors.ts";
import type { Access, ChannelMemory, Http } from "#contract/services.ts";
import { findVisible, visibleChannels } from "#contract/visible.ts";
import type { Channels } from "#core/registry.ts";
import { channelChange } from "@lightwell/wire/api/channel-settings.ts";
import { channelInfo } from "@lightwell/wire/api/monitor.ts";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { findChannel } from "./find-channel.ts";
import { isOperator, operatorRowOf, watchRowOf } from "./rows.ts";

const params = z.object({ name: z.string() });
const tags = ["channels"];
/** `/api/channels`: strangers see the public ones, a token's holder those that it is good for, operators all. */
export function addChannelRoutes(
  http: Http,
  { access, channels, memory }: { access: Access; channels: Channels; memory: ChannelMemory },
): void {
  http.routes("watch", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    app.get(
      "/api/channels",
      { schema: { summary: "Channels that the caller may see", tags, response: { 200: z.array(channelInfo) } } },
      async (request) => {
        const identity = access.identify(request);
        if (isOperator(identity)) return channels.list().map(operatorRowOf);
        return visibleChannels(channels, access, identity).map(watchRowOf);
      },
    );
    app.get(
      "/api/channels/:name",
      { schema: { summary: "One channel", tags, params, response: { 200: channelInfo } } },
      async (request) => {
        const identity = access.identify(request);
        const channel = findVisible(request.params.name, { channels, access, identity });
        return isOperator(identity) ? operatorRowOf(channel) : watchRowOf(channel);
      },
    );
  });

  http.routes("admin", (plain) => {
    const app = plain.withTypeProvider<ZodTypeProvider>();
    app.patch(
      "/api/channels/:name",
      {
        schema: {
          summary: "Change a channel's settings",
          tags,
          params,
          body: channelChange,
          response: { 200: channelInfo },
        },
      },
      async (request) => {
        const channel = findChannel(channels, request.params.name);
        if (request.body.fallback === channel.name)
          throw new HubError("bad-request", "a channel cannot be its own fallback");
        await memory.change(channel.name, defined(request.body));
        return operatorRowOf(channel);
      },
    );
    app.delete(
      "/api/channels/:name",
      { schema: { summary: "Close a channel and forget its name and last picture", tags, params } },
      async (request, reply) => {
        const { name } = findChannel(channels, request.params.name);
        await memory.forget(name);
        channels.remove(name);
        return reply.code(204).send();
      },
    );
  });
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
