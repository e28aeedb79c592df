import type { ByteReader } from "./codec-bytes.ts";
import { TextCodecError } from "./codec-error.ts";

/** How the colour planes were filtered in space. */
export const Filter = { none: 0, median: 1, plane: 2 } as const;
export type Filter = (typeof Filter)[keyof typeof Filter];

/** How the base moved before it predicts the frame. */
export const MotionKind = { none: 0, bands: 1, warp: 2 } as const;
export type MotionKind = (typeof MotionKind)[keyof typeof MotionKind];

/** The mode byte that opens the body of `S`, `D` and `L` and follows the size in `K`. */
export interface Mode {
  readonly filter: Filter;
  /**
   * Dense: foreground and background rows alternate, one picture of `cols × 2·rows` (upper half blocks).
   * Sparse: background residuals are what differs from the foreground's.
   */
  readonly stacked: boolean;
  /** Red and blue are sent as they are, not as their difference from green. */
  readonly plainRgb: boolean;
  readonly motion: MotionKind;
}

/** Bits of the plane mask: a clear bit omits the plane, all of whose cells are as predicted. */
export const PlaneBit = { glyphLow: 1, glyphHigh: 2, glyphTop: 4, attr: 8, fg: 0x10, bg: 0x80 } as const;
/** All ten planes. */
export const ALL_PLANES = 0x3ff;

/** The mode as its byte. */
export function packMode(mode: Mode): number {
  return mode.filter | (mode.stacked ? 4 : 0) | (mode.plainRgb ? 8 : 0) | (mode.motion << 4);
}

/** Reads a mode byte; throws {@link TextCodecError} for a reserved value. */
export function readMode(reader: ByteReader): Mode {
  const byte = reader.u8();
  const filter = Object.values(Filter).find((value) => value === (byte & 3));
  const motion = Object.values(MotionKind).find((value) => value === byte >> 4);
  if (filter === undefined || motion === undefined) throw new TextCodecError("malformed", `unknown mode ${byte}`);
  return { filter, stacked: (byte & 4) !== 0, plainRgb: (byte & 8) !== 0, motion };
}

/** Reads a plane mask; a stacked dense frame has no separate background planes. */
export function readPlaneMask(reader: ByteReader, mode: Mode, dense: boolean): number {
  const mask = reader.varint();
  const allowed = dense && mode.stacked ? PlaneBit.bg - 1 : ALL_PLANES;
  if ((mask & ~allowed) !== 0) throw new TextCodecError("malformed", `unknown planes in mask ${mask}`);
  return mask;
}
