import access from "#access/module.ts";
import { systemClock, type Clock } from "#core/clock.ts";
import type { Content } from "#core/frame.ts";
import store from "#store/module.ts";
import { createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { Hub } from "../../hub.ts";
import { bootHub } from "../../testing/boot.ts";
import telnet from "./module.ts";

export interface TelnetHub extends Hub {
  readonly port: number;
  readonly rawPort: number;
}

/** A hub with the telnet output on free ports of this machine. */
export async function bootTelnet(
  settings: Readonly<Record<string, unknown>> = {},
  clock: Clock = systemClock,
): Promise<TelnetHub> {
  const ports = { "telnet.host": "127.0.0.1", "telnet.port": 0, "telnet.rawPort": 0 };
  const hub = await bootHub([store, access, telnet], { ...ports, ...settings }, { clock });
  const portOf = (words: string) => {
    const line = hub
      .service("report")
      ?.lines()
      .find(({ message }) => message.startsWith(words));
    return Number(/port=(\d+)/.exec(line?.message ?? "")?.[1]);
  };
  return {
    channels: hub.channels,
    service: hub.service,
    addresses: hub.addresses,
    close: hub.close,
    port: portOf("terminals welcome"),
    rawPort: portOf("raw terminals welcome"),
  };
}

/** A grid of letters and colours that all depend on the place and on `seed`. */
export function knownGrid(cols: number, rows: number, seed = 0): TextGrid {
  const grid = createGrid(cols, rows);
  for (let i = 0; i < grid.glyph.length; i++) {
    const k = i * 7 + seed * 13;
    grid.glyph[i] = 0x21 + (k % 90);
    grid.fg[i] = (k * 0x010307) & 0xffffff;
    grid.bg[i] = (k * 0x050201 + seed * 0x111111) & 0xffffff;
  }
  return grid;
}

/** A known grid with its number in the first row, as `#000007`. */
export function numbered(number: number, cols = 80, rows = 24): Content {
  const grid = knownGrid(cols, rows, number);
  for (const [k, char] of [...`#${String(number).padStart(6, "0")}`].entries()) grid.glyph[k] = char.charCodeAt(0);
  return { kind: "text", grid };
}

/** The number that a screen shows. */
export function numberOn(firstLine: string | undefined): number {
  return Number(/^#(\d{6})/.exec(firstLine ?? "")?.[1]);
}
