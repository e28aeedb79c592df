/** Weight of the line from a cell's centre to one of its sides. */
export const Arm = { none: 0, light: 1, heavy: 2, double: 3 } as const;

/** The four arms of a box-drawing character. */
export interface BoxArms {
  readonly up: number;
  readonly right: number;
  readonly down: number;
  readonly left: number;
  /** Gaps cut into a straight line: the number of dashes, 0 for a whole line. */
  readonly dashes: number;
}

/**
 * Arms of U+2500–257F but for the arcs and diagonals (256D–2573), which have none: up, right, down, left, as a digit of
 * {@link Arm} each, in code point order; `----` where there are none.
 */
const ARMS =
  "0101 0202 1010 2020 0101 0202 1010 2020 0101 0202 1010 2020 0110 0210 0120 0220 " +
  "0011 0012 0021 0022 1100 1200 2100 2200 1001 1002 2001 2002 1110 1210 2110 1120 " +
  "2120 2210 1220 2220 1011 1012 2011 1021 2021 2012 1022 2022 0111 0112 0211 0212 " +
  "0121 0122 0221 0222 1101 1102 1201 1202 2101 2102 2201 2202 1111 1112 1211 1212 " +
  "2111 1121 2121 2112 2211 1122 1221 2212 1222 2122 2221 2222 0101 0202 1010 2020 " +
  "0303 3030 0310 0130 0330 0013 0031 0033 1300 3100 3300 1003 3001 3003 1310 3130 " +
  "3330 1013 3031 3033 0313 0131 0333 1303 3101 3303 1313 3131 3333 ---- ---- ---- " +
  "---- ---- ---- ---- 0001 1000 0100 0010 0002 2000 0200 0020 0201 1020 0102 2010";

const FIRST_BOX = 0x2500;
const BOXES: ReadonlyMap<number, BoxArms> = new Map(
  ARMS.split(" ").flatMap((digits, i): [number, BoxArms][] => {
    if (digits === "----") return [];
    const [up = 0, right = 0, down = 0, left = 0] = Array.from(digits, Number);
    return [[FIRST_BOX + i, { up, right, down, left, dashes: dashesOf(FIRST_BOX + i) }]];
  }),
);

function dashesOf(codePoint: number): number {
  if (codePoint >= 0x2504 && codePoint <= 0x2507) return 3;
  if (codePoint >= 0x2508 && codePoint <= 0x250b) return 4;
  return codePoint >= 0x254c && codePoint <= 0x254f ? 2 : 0;
}

/** The arms of a box-drawing character, or `undefined` when `codePoint` is none that has them. */
export function boxArms(codePoint: number): BoxArms | undefined {
  return BOXES.get(codePoint);
}

/** Which quarter of an ellipse an arc (U+256D–2570) is: the sides that it joins. */
export function arcSides(codePoint: number): { readonly x: -1 | 1; readonly y: -1 | 1 } | undefined {
  switch (codePoint) {
    case 0x256d:
      return { x: 1, y: 1 };
    case 0x256e:
      return { x: -1, y: 1 };
    case 0x256f:
      return { x: -1, y: -1 };
    case 0x2570:
      return { x: 1, y: -1 };
    default:
      return undefined;
  }
}
