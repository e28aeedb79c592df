import type { DecodedFrame } from "@lightwell/wire/text/codec.ts";
import type { TextGrid } from "@lightwell/wire/text/grid.ts";
import type { TextLook } from "@lightwell/wire/text/look.ts";
import { Value } from "../live/value.ts";
import { DisplayConnection } from "./display-connection.ts";
import { cellsOfWidth, fitCells, gridFor, type Room } from "./fit-cells.ts";
import { Steering } from "./steering.ts";
import { TextScreen } from "./text-screen.ts";

/** Where the grid lies within its room, in CSS pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly cols: number;
  readonly rows: number;
  /** Larger than its room: it is seen in parts. */
  readonly scrolls: boolean;
}

/** How somebody wants to see the text. */
export interface View {
  /** `own`: the grid as its source makes it; `window`: as many cells as the window has room for. */
  readonly sizing: "own" | "window";
  /** CSS pixels across a cell; undefined: as fits best. A grid of its `own` size scrolls when it is larger then. */
  readonly cellWidth: number | undefined;
  /** How pictures are drawn. */
  readonly look: TextLook;
  /** Letters black or white where their colour hardly differs from the ground. */
  readonly readable: boolean;
}

/** A window that is dragged has a new size with every frame: the hub is asked for the last one. */
const SETTLE_MS = 150;

/** One channel as text on one canvas: the newest frame at each refresh of the screen, drawn to fit its room. */
export class TextDisplay {
  readonly connection: DisplayConnection;
  readonly steering: Steering;
  readonly place = new Value<Place | undefined>(undefined);
  /** True while the picture stands still so that text can be selected. */
  readonly held = new Value(false);
  #canvas: HTMLCanvasElement | undefined;
  #screen: TextScreen | undefined;
  #view: View | undefined;
  #room: Room = { width: 0, height: 0 };
  #ratio = 1;
  #latest: DecodedFrame | undefined;
  #drawn: DecodedFrame | undefined;
  #request = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, channel: string) {
    this.connection = new DisplayConnection(url, channel, (frame) => this.#onFrame(frame));
    this.steering = new Steering(this.connection);
  }

  /** What is on the screen. */
  get grid(): TextGrid | undefined {
    return this.#drawn?.grid;
  }

  /** Show the channel until the function that this returns is called. Set view and room before. */
  start(canvas: HTMLCanvasElement): () => void {
    this.#canvas = canvas;
    this.#screen = new TextScreen(canvas);
    this.#wish();
    const stops = [this.steering.start(), this.connection.start()];
    return () => {
      for (const stop of stops) stop();
      cancelAnimationFrame(this.#request);
      clearTimeout(this.#settling);
      this.#request = 0;
      this.#screen = undefined;
    };
  }

  setView(view: View): void {
    this.#view = view;
    this.#settle();
    this.#refresh();
  }

  /** @param room device pixels @param ratio device pixels for each CSS pixel */
  setRoom(room: Room, ratio: number): void {
    this.#room = room;
    this.#ratio = ratio;
    this.#settle();
    this.#refresh();
  }

  /** Move what is seen of a grid that is larger than its room, by cells. */
  scroll(cols: number, rows: number): void {
    const { cellWidth, cellHeight } = this.place.get() ?? { cellWidth: 0, cellHeight: 0 };
    this.#canvas?.parentElement?.scrollBy(cols * cellWidth, rows * cellHeight);
  }

  hold(held: boolean): void {
    this.held.set(held);
    this.#refresh();
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#wish(), SETTLE_MS);
  }

  #wish(): void {
    const { width, height } = this.#room;
    if (!this.#view || width < 1 || height < 1) return;
    const { sizing, cellWidth, look } = this.#view;
    this.connection.wishLook(look);
    this.connection.wish(sizing === "own" ? undefined : gridFor(this.#room, this.#ratio, cellWidth));
  }

  #onFrame(frame: DecodedFrame): void {
    this.#latest = frame;
    // What is not shown because somebody reads is no reason to be sent less.
    if (this.held.get()) this.connection.shown(frame.seq);
    else this.#refresh();
  }

  #refresh(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#request = 0;
    const frame = this.held.get() ? this.#drawn : this.#latest;
    const { width, height } = this.#room;
    if (!frame || !this.#screen || !this.#canvas || !this.#view || width < 1 || height < 1) return;
    const { grid, seq } = frame;
    const startedAt = performance.now();
    const { sizing, cellWidth } = this.#view;
    const zoomed = sizing === "own" && cellWidth !== undefined;
    const cell = zoomed ? cellsOfWidth(cellWidth * this.#ratio, grid) : fitCells(this.#room, grid);
    this.#screen.show(grid, cell, this.#view.readable);
    const isNew = frame !== this.#drawn;
    this.#drawn = frame;
    this.#put(grid, cell.width, cell.height);
    if (!isNew) return;
    const now = performance.now();
    this.connection.meter.drawn(grid, now - startedAt, now);
    this.connection.shown(seq);
    this.#canvas.dataset["seq"] = String(seq);
  }

  /** In the middle of the room, or from its upper left corner on when it is larger; on whole device pixels. */
  #put({ cols, rows }: TextGrid, width: number, height: number): void {
    const canvas = this.#canvas;
    if (!canvas) return;
    const { style } = canvas;
    const ratio = this.#ratio;
    const [spareWidth, spareHeight] = [this.#room.width - cols * width, this.#room.height - rows * height];
    const place: Place = {
      left: Math.max(0, Math.floor(spareWidth / 2)) / ratio,
      top: Math.max(0, Math.floor(spareHeight / 2)) / ratio,
      cellWidth: width / ratio,
      cellHeight: height / ratio,
      cols,
      rows,
      scrolls: spareWidth < 0 || spareHeight < 0,
    };
    const before = this.place.get();
    if (before && isSame(before, place)) return;
    style.left = `${place.left}px`;
    style.top = `${place.top}px`;
    style.width = `${cols * place.cellWidth}px`;
    style.height = `${rows * place.cellHeight}px`;
    canvas.dataset["cols"] = String(cols);
    canvas.dataset["rows"] = String(rows);
    this.place.set(place);
  }
}

function isSame(a: Place, b: Place): boolean {
  return (
    a.left === b.left &&
    a.top === b.top &&
    a.cellWidth === b.cellWidth &&
    a.cellHeight === b.cellHeight &&
    a.cols === b.cols &&
    a.rows === b.rows &&
    a.scrolls === b.scrolls
  );
}
