const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** ms as one types it, exactly: `0.5 s`, `90 s`, `2 min`, `36 h`. */
export function durationText(ms: number): string {
  for (const unit of ["h", "min"]) {
    const size = UNITS_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size} ${unit}`;
  }
  return `${ms / 1000} s`;
}

/** The ms of `90 s`, `1.5 min`, `1 h 30 min` or a bare number, which is seconds; undefined for what is none of these. */
export function durationOf(text: string): number | undefined {
  const written = text.trim().toLowerCase().replaceAll(",", ".");
  if (/^\d+(\.\d+)?$/.test(written)) return Math.round(Number(written) * 1000);
  if (!/^(\d+(\.\d+)?\s*(ms|s|min|h|d)\s*)+$/.test(written)) return undefined;
  let ms = 0;
  for (const [, count = "", unit = ""] of written.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)/g))
    ms += Number(count) * (UNITS_MS[unit] ?? 0);
  return Math.round(ms);
}
