/** A set of modules and what differs from their defaults. Modes keep the ports of the systems they come from. */
export interface Mode {
  readonly summary: string;
  /** Names of the modules that run; undefined: all. */
  readonly modules?: readonly string[];
  /** Settings that this mode changes, by path; configuration goes before them. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The setting that `--port` stands for. */
  readonly port: string;
}

const base = ["access", "channel-memory", "system", "store"];
const sources = ["interleave", "video", "pull", "pattern", "text-scene"];
/** The pages, and what they connect to: on the HTTP listeners alone, these modes open no other ports for it. */
const pages = ["http", "monitor", "pages", "mjpeg", "live", "display"];
const pagesOnly = { "display.listen": false };

export const modes = {
  all: {
    summary: "Everything: pictures, text, terminals, dashboard.",
    defaults: {},
    port: "http.publicPort",
  },
  web: {
    summary: "MJPEG on 8080 and the monitor on 1978.",
    modules: [...base, ...pages, ...sources, "push", "standby"],
    defaults: { ...pagesOnly, "mjpeg.maxViewers": 20, "channels.whenStalled": "close" },
    port: "http.publicPort",
  },
  local: {
    summary: "One machine: the picture and the monitor on 127.0.0.1:8888, nothing leaves loopback.",
    modules: [...base, ...pages, ...sources, "standby"],
    defaults: { ...pagesOnly, "http.public": false, "http.adminPort": 8888 },
    port: "http.adminPort",
  },
  ascii: {
    summary: "Telnet ASCII on 2323 and the statistics screen on 2324.",
    modules: [...base, ...sources, "standby", "telnet", "stats"],
    defaults: {},
    port: "telnet.port",
  },
  asciiweb: {
    summary: "ASCII WebSocket on 2424 and the monitor on 1980.",
    modules: [...base, ...pages, ...sources, "standby", "ascii-web"],
    defaults: { ...pagesOnly, "http.public": false, "http.adminPort": 1980 },
    port: "ascii-web.port",
  },
} as const satisfies Record<string, Mode>;

export type ModeName = keyof typeof modes;
