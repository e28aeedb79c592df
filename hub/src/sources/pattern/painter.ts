import { Canvas, ink, spot, type Coverage } from "#picture/canvas.ts";
import { letter, letterEach } from "#picture/lettering.ts";
import type { Layout } from "./layout.ts";

/** Spots of the light's tail on the dial, and how far back in its turn the last one is. */
const TAIL = 14;
const TAIL_TURN = 0.3;
/** The lamps' wave takes this long from the first to the last and back. */
const WAVE_MS = 4000;
const SLIDER_MS = 5000;

type Letters = ReadonlyMap<string, Coverage>;

interface Props {
  readonly clock: Letters;
  readonly hundredths: Letters;
  readonly count: Letters;
  readonly countWord: Coverage;
  readonly light: Coverage;
  readonly glow: Coverage;
  readonly lamp: Coverage;
  readonly lampCore: Coverage;
  readonly slider: Coverage;
}

/** Draws all that moves over the scenery. The same moment and count give the same pixels. */
export class Painter {
  readonly #scenery: Canvas;
  readonly #layout: Layout;
  readonly #props: Props;
  readonly #canvas: Canvas;

  static async create(layout: Layout, scenery: Canvas): Promise<Painter> {
    const { unit, dial, lampRadius } = layout;
    const type = (size: number) => ({ face: "mono-bold", sizePx: Math.max(5, Math.round(unit * size)) }) as const;
    const [clock, hundredths, count, countWord] = await Promise.all([
      letterEach("0123456789:", type(17)),
      letterEach("0123456789.", type(8)),
      letterEach("0123456789", type(5)),
      letter("frame", { face: "regular", sizePx: Math.max(5, Math.round(unit * 5)) }),
    ]);
    return new Painter(layout, scenery, {
      clock,
      hundredths,
      count,
      countWord,
      light: spot(dial.radius * 0.13, 0.5),
      glow: spot(dial.radius * 0.36, 1),
      lamp: spot(lampRadius * 1.9, 1),
      lampCore: spot(lampRadius * 0.62, 0.3),
      slider: spot(unit * 2, 0.25),
    });
  }

  private constructor(layout: Layout, scenery: Canvas, props: Props) {
    this.#layout = layout;
    this.#scenery = scenery;
    this.#props = props;
    this.#canvas = new Canvas(layout.width, layout.height);
  }

  /** The picture at a moment (ms since the epoch). The same canvas is given back, and drawn over, each time. */
  paint(at: number, count: number): Canvas {
    this.#canvas.data.set(this.#scenery.data);
    this.#paintDial(at);
    this.#paintWords(at, count);
    this.#paintLamps(at);
    this.#paintSlider(at);
    return this.#canvas;
  }

  #paintDial(at: number): void {
    const { dial } = this.#layout;
    const turn = (at % 1000) / 1000;
    const place = (shape: Coverage, share: number, strength: number) => {
      const angle = share * 2 * Math.PI;
      const reach = dial.radius * 0.78;
      this.#centre(shape, dial.x + Math.sin(angle) * reach, dial.y - Math.cos(angle) * reach, strength);
    };
    for (let i = TAIL; i > 0; i--)
      place(this.#props.light, turn - (i / TAIL) * TAIL_TURN, 0.5 * (1 - i / (TAIL + 1)) ** 2);
    place(this.#props.glow, turn, 0.55);
    place(this.#props.light, turn, 1);
  }

  #paintWords(at: number, count: number): void {
    const { wordsLeft, height, unit } = this.#layout;
    const { clock, hundredths, count: digits, countWord } = this.#props;
    const now = new Date(at);
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => pad(part, 2)).join(":");
    const top = Math.round(height * 0.27);
    const right = this.#write(time, clock, wordsLeft, top, ink.light);
    const lower = top + lineHeight(clock) - lineHeight(hundredths) - Math.round(unit * 3.9);
    this.#write(`.${pad(Math.floor(now.getMilliseconds() / 10), 2)}`, hundredths, right, lower, ink.warm);
    const countTop = Math.round(height * 0.48);
    this.#canvas.paint(countWord, wordsLeft, countTop, ink.dim);
    this.#write(pad(count, 6), digits, wordsLeft + countWord.width + Math.round(unit * 2), countTop, ink.light);
  }

  #paintLamps(at: number): void {
    const { lamps } = this.#layout;
    const head = bounce((at % WAVE_MS) / WAVE_MS) * (lamps.length - 1);
    for (const [i, { x, y }] of lamps.entries()) {
      const heat = Math.exp(-((i - head) ** 2) / 3.2);
      if (heat < 0.02) continue;
      this.#centre(this.#props.lamp, x, y, heat * 0.7);
      this.#centre(this.#props.lampCore, x, y, heat);
    }
  }

  #paintSlider(at: number): void {
    const { left, right, y } = this.#layout.groove;
    const x = left + bounce((at % SLIDER_MS) / SLIDER_MS) * (right - left);
    this.#centre(this.#props.slider, x, y, 1, ink.light);
  }

  /** Writes characters one after the other; gives back where the next would stand. */
  #write(text: string, letters: Letters, left: number, top: number, colour: number): number {
    let x = left;
    for (const character of text) {
      const shape = letters.get(character);
      if (!shape) continue;
      this.#canvas.paint(shape, x, top, colour);
      x += shape.width;
    }
    return x;
  }

  #centre(shape: Coverage, x: number, y: number, strength: number, colour: number = ink.warm): void {
    this.#canvas.paint(shape, Math.round(x - shape.width / 2), Math.round(y - shape.height / 2), colour, strength);
  }
}

const pad = (value: number, digits: number) => String(value).padStart(digits, "0");

const lineHeight = (letters: Letters) => letters.get("0")?.height ?? 0;

/** 0 → 1 → 0 at constant speed. */
const bounce = (share: number) => 1 - Math.abs(1 - 2 * share);
