import { mix, rgb } from "../colour.ts";
import { chance, hash } from "../randomness.ts";
import { choice, colour, defineStage, number } from "../stage.ts";

const alphabets = {
  code: [..."0123456789ABCDEF<>{}[]()=+*/%&|$#@!?;:"],
  greek: [..."αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ0123456789"],
  cipher: [..."ɐɔəɟɥɯɹʇʌʍʎЖЊЏЩЪЫЭЮЯбджзфцчшъыэюя0123456789"],
  binary: [..."01"],
  blocks: [..."▖▗▘▙▚▛▜▝▞▟▌▐▀▄"],
};

/** Streams that can fall in one column at a time. */
const STREAMS = 2;

export const rain = defineStage({
  name: "rain",
  summary: "Columns of signs that fall, with a bright head and a fading tail.",
  params: {
    alphabet: choice(Object.keys(alphabets) as [keyof typeof alphabets, ...Array<keyof typeof alphabets>], "cipher"),
    colour: colour("#20e060"),
    head: colour("#e0ffe8"),
    speed: number(9, 1, 40, 1, "rows/s"),
    length: number(70, 10, 150, 5, "%"),
    density: number(65, 0, 100, 1, "%"),
  },
  draw(canvas, { alphabet, colour: tail, head, speed, length, density }, { seconds, seed }) {
    const signs = alphabets[alphabet].map((sign) => sign.codePointAt(0) ?? 0);
    const [tailInk, headInk] = [rgb(tail), rgb(head)];
    const longest = Math.max(2, (canvas.rows * length) / 100);
    const way = canvas.rows + longest * 1.6;
    for (let x = 0; x < canvas.cols; x++) {
      for (let stream = 0; stream < STREAMS; stream++) {
        const own = chance(seed, x, stream);
        const passed = (seconds * speed * (0.5 + own)) / way + chance(seed, x, stream, 1);
        const lap = Math.floor(passed);
        if (chance(seed, x, stream, lap) * 100 >= density) continue;
        const at = Math.floor((passed - lap) * way);
        const reach = Math.floor(longest * (0.4 + 0.6 * chance(seed, x, lap, stream + 9)));
        for (let behind = 0; behind <= reach; behind++) {
          const y = at - behind;
          if (y < 0 || y >= canvas.rows) continue;
          // A sign stays for a while of its own, then becomes another.
          const stay = Math.floor(seconds * (0.4 + 1.5 * chance(seed, x, y)) + own * 8);
          const sign = signs[hash(seed, x, y, stay) % signs.length] ?? 0;
          const fade = 1 - behind / (reach + 1);
          const ink = behind === 0 ? headInk : mix(tailInk, headInk, Math.max(0, fade - 0.85) * 3);
          canvas.put(x, y, sign, mix(canvas.bg[y * canvas.cols + x] as number, ink, behind === 0 ? 1 : fade ** 1.3));
        }
      }
    }
  },
});
