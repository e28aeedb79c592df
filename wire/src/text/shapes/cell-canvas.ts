/** The coverage of one cell, 0–255 a pixel, row by row, drawn by rectangles and distances. */
export class CellCanvas {
  readonly width: number;
  readonly height: number;
  readonly coverage: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.coverage = new Uint8Array(width * height);
  }

  /** Sets a rectangle of pixels, cut at the edges of the cell. */
  fill(left: number, top: number, right: number, bottom: number, coverage = 255): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, bottom); y++) {
      const row = y * this.width;
      this.coverage.fill(coverage, row + Math.max(0, left), row + Math.max(0, Math.min(this.width, right)));
    }
  }

  /** The same in shares of the cell. Every edge is rounded alike, so that neighbours meet without gap or overlap. */
  fillShare(left: number, top: number, right: number, bottom: number, coverage = 255): void {
    const { width, height } = this;
    this.fill(
      Math.round(left * width),
      Math.round(top * height),
      Math.round(right * width),
      Math.round(bottom * height),
      coverage,
    );
  }

  /** Adds a line of the given thickness whose distance from each pixel's centre is given, softened at its edges. */
  stroke(thickness: number, distance: (x: number, y: number) => number): void {
    for (let y = 0, i = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++, i++) {
        const share = Math.min(1, Math.max(0, thickness / 2 + 0.5 - Math.abs(distance(x + 0.5, y + 0.5))));
        this.coverage[i] = Math.max(this.coverage[i] ?? 0, Math.round(share * 255));
      }
    }
  }
}
