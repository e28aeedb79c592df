/** How much of each pixel is covered, 0–255, row by row. */
export interface Coverage {
  readonly width: number;
  readonly height: number;
  readonly alpha: Uint8Array;
}

/** 0xRRGGBB, as in a text grid. */
export type Colour = number;

/** The hub's own colours, for what it draws itself. */
export const ink = { night: 0x0b0d10, panel: 0x171a20, line: 0x2a2f38, dim: 0x8b93a1, light: 0xe8eaee, warm: 0xffb454 };

/** RGB pixels to draw on, row by row, on the event loop: for small things that change often. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly channels = 3;
  readonly data: Uint8Array;

  constructor(width: number, height: number, data = new Uint8Array(width * height * 3)) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  /** A filled rectangle, cut at the edges. */
  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255];
    const [x0, x1] = [Math.max(0, left), Math.min(this.width, left + width)];
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = x0, at = (y * this.width + x0) * 3; x < x1; x++, at += 3) {
        this.data[at] = r;
        this.data[at + 1] = g;
        this.data[at + 2] = b;
      }
    }
  }

  /** Lays a colour over the picture where `shape` covers it; `strength` from 0 to 1. Cut at the edges. */
  paint(shape: Coverage, left: number, top: number, colour: Colour, strength = 1): void {
    const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255] as const;
    const { data, width } = this;
    const [x0, x1] = [Math.max(0, -left), Math.min(shape.width, width - left)];
    const [y0, y1] = [Math.max(0, -top), Math.min(shape.height, this.height - top)];
    const scale = Math.round(Math.min(1, Math.max(0, strength)) * 257);
    for (let y = y0; y < y1; y++) {
      let at = ((top + y) * width + left + x0) * 3;
      for (let i = y * shape.width + x0, end = y * shape.width + x1; i < end; i++, at += 3) {
        const share = ((shape.alpha[i] as number) * scale) >> 8;
        if (share === 0) continue;
        data[at] = mix(data[at] as number, r, share);
        data[at + 1] = mix(data[at + 1] as number, g, share);
        data[at + 2] = mix(data[at + 2] as number, b, share);
      }
    }
  }
}

/** A round spot with a soft edge: `glow` 0 is a disc, 1 fades from its middle to its rim. */
export function spot(radius: number, glow: number): Coverage {
  const size = Math.ceil(radius) * 2 + 1;
  const middle = (size - 1) / 2;
  const alpha = new Uint8Array(size * size);
  const core = radius * (1 - glow);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const share = (radius - Math.hypot(x - middle, y - middle)) / Math.max(1, radius - core);
      const clamped = Math.min(1, Math.max(0, share));
      alpha[i] = Math.round(255 * clamped * clamped * (3 - 2 * clamped));
    }
  }
  return { width: size, height: size, alpha };
}

const mix = (from: number, to: number, share: number) => from + ((((to - from) * share + 127) / 255) | 0);
