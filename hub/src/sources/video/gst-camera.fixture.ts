import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Debian's bindings belong to Debian's Python, which need not be the first one on the path. */
const PYTHON = "/usr/bin/python3";
const SERVER = fileURLToPath(new URL("gst-camera.fixture.py", import.meta.url));
const NEEDED = `
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
missing = [name for name in ("x264enc", "rtph264pay") if not Gst.ElementFactory.find(name)]
if missing: raise SystemExit("GStreamer has no " + ", ".join(missing))
`;

/** Why there is no RTSP server of GStreamer on this machine; undefined when there is one. */
export function missingGstreamer(): string | undefined {
  try {
    execFileSync(PYTHON, ["-c", NEEDED], { stdio: "pipe" });
    return undefined;
  } catch {
    return "GStreamer's RTSP server is missing (Debian: gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-ugly)";
  }
}

/** Starts an RTSP server of GStreamer on loopback, with an address for each pipeline of payloaders `pay0`, `pay1`. */
export async function startGstCamera(
  pipelines: readonly string[],
): Promise<{ readonly urls: readonly string[]; close(): Promise<void> }> {
  const server = spawn(PYTHON, [SERVER, ...pipelines], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(server, "close");
  const [port] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
  return {
    urls: pipelines.map((_, place) => `rtsp://127.0.0.1:${port.trim()}/${place}`),
    async close() {
      server.stdin.end();
      await closed;
    },
  };
}
