import { z } from "zod";

const port = z.int().min(0).max(65_535);

export const httpOptions = z.strictObject({
  public: z.boolean().default(true).meta({ description: "Whether there is a public listener at all." }),
  publicHost: z.string().min(1).default("0.0.0.0").meta({ description: "Address that the public listener binds." }),
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
  allowedOrigins: z
    .array(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin))
    .default([])
    .meta({
      description: "Other sites whose pages may open WebSockets and send changes, such as https://wall.example.",
    }),
});
