/** Mean bytes per frame that a prototype of the codec took, by sequence: ours must not take more. */
export const BUDGETS: readonly {
  readonly sequence: string;
  readonly jsonRuns: number;
  readonly ansiDiff: number;
  readonly delta: number;
  readonly key: number;
}[] = [
  { sequence: "ticker 80×24", jsonRuns: 2704, ansiDiff: 133, delta: 106, key: 575 },
  { sequence: "dashboard 80×24", jsonRuns: 4171, ansiDiff: 170, delta: 54, key: 576 },
  { sequence: "plasma 80×24", jsonRuns: 46_651, ansiDiff: 67_737, delta: 5785, key: 8074 },
  { sequence: "plasma 160×45", jsonRuns: 176_399, ansiDiff: 254_074, delta: 21_302, key: 31_325 },
  // The prototype took 18,710 without a moved base.
  { sequence: "pan 160×45", jsonRuns: 175_373, ansiDiff: 259_183, delta: 13_000, key: 17_946 },
  { sequence: "camera 160×45", jsonRuns: 175_546, ansiDiff: 50_559, delta: 1790, key: 18_145 },
];
