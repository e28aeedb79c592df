import { z } from "zod";
import { isAddressRange } from "./proxies.ts";

const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);
const port = z.int().min(0).max(65_535);

export const httpOptions = z.strictObject({
  public: z.boolean().default(true).meta({ description: "Whether there is a public listener at all." }),
  publicHost: z
    .string()
    .min(1)
    .default("::")
    .meta({ description: "Address that the public listener binds. `::` is all of IPv4 and IPv6." }),
  publicPort: port
    .default(8080)
    .meta({ description: "Port of the public listener: pages, streams, ingest. 0: any free one." }),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ description: "Address by which people reach the public listener, when it is behind a proxy." }),
  adminHost: z.string().min(1).default("127.0.0.1").meta({
    description: "Address that the admin listener binds. Beyond loopback even the monitor's figures need a token.",
  }),
  adminPort: port
    .default(1978)
    .meta({ description: "Port of the admin listener: dashboard and API. 0: any free one." }),
  allowedHosts: z
    .array(
      z
        .string()
        .min(1)
        .transform((host) => host.toLowerCase()),
    )
    .default([])
    .meta({ description: "Further host names, without port, by which the admin listener may be called." }),
  allowedOrigins: z.array(origin).default([]).meta({
    description: "Other sites whose pages may open WebSockets and send changes, such as https://wall.example.",
  }),
  ingestOrigins: z
    .array(z.union([z.literal("*"), origin]))
    .default(["*"])
    .meta({
      description:
        "Other sites whose pages may push pictures to the public listener, with a token in the header Authorization and never by a cookie. *: any, []: none.",
    }),
  trustProxy: z
    .array(
      z
        .string()
        .refine(isAddressRange, { message: "is no address, such as 127.0.0.1, and no range, such as 10.0.0.0/8" }),
    )
    .default([])
    .meta({
      description:
        "Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, such as 127.0.0.1 or 10.0.0.0/8.",
    }),
  maxPerAddress: z.int().min(1).default(500).meta({
    description:
      "Connections that one address (of IPv6: one /64) may have open on each listener. This machine and trusted proxies are not bound.",
  }),
});
