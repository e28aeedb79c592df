import { onTestFinished } from "vitest";
import { modules } from "../../hub/src/modules.ts";
import { ADMIN_TOKEN, bootHub, type TestHub } from "../../hub/src/testing/boot.ts";
import { connect, type Hub } from "./index.ts";

const NAMES = [
  "store",
  "channel-memory",
  "access",
  "http",
  "standby",
  "mjpeg",
  "live",
  "display",
  "push",
  "text-scene",
  "pattern",
  "monitor",
];

/** A real hub with everything that the sdk talks to, on free ports unless told. */
export function startHub(settings: Readonly<Record<string, unknown>> = {}): Promise<TestHub> {
  return bootHub(
    modules.filter(({ name }) => NAMES.includes(name)),
    { "display.listen": false, "text-scene.enabled": false, "pattern.enabled": false, ...settings },
  );
}

/** A client of it that may do everything; closed with the test. */
export function connectTo(hub: TestHub, token: string | undefined = ADMIN_TOKEN): Hub {
  const client = connect(hub.publicUrl, { token });
  onTestFinished(() => client.close());
  return client;
}

/** The text of each row, colours left out. */
export function rowsOf({ cols, rows, glyph }: { cols: number; rows: number; glyph: Uint32Array }): string[] {
  return Array.from({ length: rows }, (_, y) =>
    Array.from(glyph.subarray(y * cols, (y + 1) * cols), (code) => String.fromCodePoint(code)).join(""),
  );
}
