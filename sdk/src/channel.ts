import { parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
import { createGrid, MAX_COLS, MAX_ROWS, type TextGrid } from "@lightwell/wire/text/grid.ts";
import type { ProducerClient } from "@lightwell/wire/text/producer-messages.ts";
import type { SceneCommand, SourceState } from "@lightwell/wire/text/scene.ts";
import type { Address } from "./address.ts";
import { insideOf, withBorder } from "./border.ts";
import { Complaints } from "./complaints.ts";
import { Emitter, type Unsubscribe } from "./emitter.ts";
import type { Lost } from "./link.ts";
import { PaceMeter } from "./pace-meter.ts";
import { PicturePush, type Picture } from "./picture-push.ts";
import { HubRefusal } from "./refusal.ts";
import { TextPush, type TextPushHandlers } from "./text-push.ts";

/**
 * A command as a viewer sent it: one of the actions that control panels know, or any other JSON object.
 *
 * @example
 * import { connect, type Command } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080", { token: "<token>" });
 * const obey = (command: Command) => console.log(command.action);
 * hub.channel("clock").on("command", obey);
 * hub.close();
 */
export type Command = SceneCommand | { readonly action?: unknown; readonly [field: string]: unknown };

/** Columns and rows of a text frame. */
export interface Dimensions {
  readonly cols: number;
  readonly rows: number;
}

/** How lines are drawn. */
export interface LinesOptions {
  /** A box around the lines with the channel's name, frames per second and frame time; it takes a cell on each side. */
  readonly border?: boolean;
}

/** What a channel tells its producer. */
export interface ChannelEvents {
  /** The hub has let us in; again after each loss of the connection. */
  connected: undefined;
  /** The connection was lost, or could not be made; the next attempt follows by itself. */
  disconnected: Lost;
  /** The hub did not take something. After a `final` one the channel has given up. */
  refused: HubRefusal;
  /** Somebody who may control the channel sent a command: answer with a new state. */
  command: Command;
  /** A viewer asked for text of this size, or did before we came. `channel.dimensions = …` follows it. */
  dimensions: Dimensions;
  /** Somebody began to watch, on whatever output. */
  viewerConnected: ProducerClient;
  viewerDisconnected: ProducerClient;
  /** The number of viewers changed. */
  viewers: number;
}

/**
 * A channel that this program publishes into. It keeps the newest frame only: what is shown faster than the hub takes
 * it, or while there is no connection, is replaced. It connects with the first text, state or listener; pictures
 * alone go by HTTP and need no connection.
 *
 * @example
 * import { connect, type Channel } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080", { token: "<token>" });
 * const channel: Channel = hub.channel("greeting", { cols: 40, rows: 10 });
 * channel.showLines(["\x1b[33mhello"], { border: true });
 * await channel.flush();
 * hub.close();
 */
export class Channel {
  readonly name: string;
  readonly #events = new Emitter<ChannelEvents>();
  readonly #complaints = new Complaints();
  readonly #text: TextPush;
  readonly #pictures: PicturePush;
  readonly #meter = new PaceMeter();
  readonly #flushes = new Set<{ resolve(): void; reject(error: HubRefusal): void }>();
  #picture: Picture | undefined;
  #dimensions: Dimensions;
  #viewerCount = 0;
  #away = false;
  #ended: HubRefusal | undefined;
  readonly #onClosed: () => void;

  /** Made by `hub.channel(name)`. */
  constructor(address: Address, name: string, dimensions: Dimensions, onClosed: () => void) {
    this.name = name;
    this.#dimensions = checkDimensions(dimensions);
    this.#onClosed = onClosed;
    this.#text = new TextPush(address, name, this.#textHandlers());
    this.#pictures = new PicturePush(address, name, {
      refused: (refusal) => this.#onRefused(refusal),
      settled: () => this.#onSettled(),
    });
  }

  /** True while the producer's connection stands. */
  get connected(): boolean {
    return this.#text.ready;
  }

  /** Who watches now, all outputs together; known while connected, else 0. */
  get viewerCount(): number {
    return this.#viewerCount;
  }

  /** Size of the frames that `showLines` and `clear` make: 80 × 24 unless told, or that of the last grid. */
  get dimensions(): Dimensions {
    return this.#dimensions;
  }

  set dimensions(dimensions: Dimensions) {
    this.#dimensions = checkDimensions(dimensions);
  }

  /** Call `listener` with each event of this name; the returned function ends that. */
  on<Name extends keyof ChannelEvents>(name: Name, listener: (payload: ChannelEvents[Name]) => void): Unsubscribe {
    // Who only wants to hear why a picture was refused needs no connection.
    if (name !== "refused" && !this.#ended) this.#text.start();
    return this.#events.on(name, listener);
  }

  /** Show rows of text with ANSI colours, top left in a frame of `dimensions`; what is outside is cut off. */
  showLines(lines: readonly string[], { border = false }: LinesOptions = {}): void {
    const { cols, rows } = this.#dimensions;
    const pace = this.#meter.tick(performance.now());
    if (!border) {
      this.#showText(parseAnsiLines(lines, cols, rows));
      return;
    }
    const inside = insideOf(this.#dimensions);
    this.#showText(withBorder(parseAnsiLines(lines, inside.cols, inside.rows), this.name, pace));
  }

  /** Show cells; `dimensions` follows. The grid is copied: it may be drawn into again. */
  showGrid(grid: TextGrid): void {
    this.dimensions = { cols: grid.cols, rows: grid.rows };
    const cells = grid.cols * grid.rows;
    for (const plane of ["glyph", "fg", "bg", "attr"] as const)
      if (grid[plane].length !== cells)
        throw new RangeError(
          `grid.${plane} has ${grid[plane].length} entries, ${grid.cols} × ${grid.rows} need ${cells}`,
        );
    this.#meter.tick(performance.now());
    const { cols, rows, glyph, fg, bg, attr } = grid;
    this.#showText({ cols, rows, glyph: glyph.slice(), fg: fg.slice(), bg: bg.slice(), attr: attr.slice() });
  }

  /** Show an encoded JPEG, WebP or PNG. Its bytes must not change afterwards. */
  showImage(picture: Picture): void {
    this.#meter.tick(performance.now());
    if (this.#ended) return;
    this.#text.forget();
    this.#picture = picture;
    this.#pictures.show(picture);
  }

  /** Show an empty screen. */
  clear(): void {
    this.#showText(createGrid(this.#dimensions.cols, this.#dimensions.rows));
  }

  /**
   * Tell every viewer what this program does now, and those to come: any JSON object. Control panels are made from one
   * that is a `SceneState`.
   *
   * @throws {Error} for what is no object
   */
  broadcastState(state: SourceState): void {
    if (!this.#ended) this.#text.tell(state);
  }

  /** Send at most one frame in this many ms, the newest then. 0: as often as the hub takes them. */
  setFrameDelay(ms: number): void {
    if (!(ms >= 0 && ms <= 3_600_000)) throw new RangeError(`a frame delay of ${ms} ms is not between 0 and an hour`);
    this.#text.frameDelayMs = this.#pictures.frameDelayMs = ms;
  }

  /**
   * Resolves when the hub has answered what was shown last. While there is no hub it waits.
   *
   * @throws {HubRefusal} by rejection, when the channel is closed or refused for good
   */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#ended);
      else if (this.#settled) resolve();
      else this.#flushes.add({ resolve, reject });
    });
  }

  /** Stop publishing. A frame that waits is dropped: `await channel.flush()` before sends it. The channel stays. */
  close(): void {
    this.#end(new HubRefusal(`channel "${this.name}"`, { code: "closed", reason: "it was closed by this program" }));
  }

  #showText(grid: TextGrid): void {
    if (this.#ended) return;
    this.#picture = undefined;
    this.#pictures.forget();
    this.#text.show(grid);
  }

  #textHandlers(): TextPushHandlers {
    return {
      welcome: () => {
        // A hub that was away may have lost the picture; text is sent again by itself.
        if (this.#away && this.#picture !== undefined) this.#pictures.show(this.#picture);
        this.#away = false;
        this.#complaints.forget();
        this.#events.emit("connected", undefined);
      },
      news: (event) => {
        switch (event.type) {
          case "command":
            this.#events.emit("command", event.command);
            return;
          case "dimensions":
            this.#events.emit("dimensions", { cols: event.width, rows: event.height });
            return;
          case "viewers":
            this.#viewerCount = event.count;
            this.#events.emit("viewers", event.count);
            return;
          case "client_connected":
            this.#events.emit("viewerConnected", event.client);
            return;
          case "client_disconnected":
            this.#events.emit("viewerDisconnected", event.client);
        }
      },
      refused: (refusal) => this.#onRefused(refusal),
      lost: (lost) => {
        this.#away = true;
        this.#viewerCount = 0;
        this.#complaints.say(lost.reason, this.#events.emit("disconnected", lost));
      },
      settled: () => this.#onSettled(),
    };
  }

  get #settled(): boolean {
    return this.#text.settled && this.#pictures.settled;
  }

  #onSettled(): void {
    if (!this.#settled) return;
    for (const { resolve } of this.#flushes) resolve();
    this.#flushes.clear();
  }

  #onRefused(refusal: HubRefusal): void {
    if (refusal.final) this.#end(refusal);
    this.#complaints.say(refusal.message, this.#events.emit("refused", refusal));
  }

  #end(why: HubRefusal): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#text.end();
    this.#pictures.end();
    this.#viewerCount = 0;
    for (const { reject } of this.#flushes) reject(why);
    this.#flushes.clear();
    this.#onClosed();
  }
}

function checkDimensions({ cols, rows }: Dimensions): Dimensions {
  const fine = Number.isInteger(cols) && Number.isInteger(rows) && cols >= 1 && rows >= 1;
  if (!fine || cols > MAX_COLS || rows > MAX_ROWS)
    throw new RangeError(
      `${cols} × ${rows} is no size of a frame: use 1 to ${MAX_COLS} columns and 1 to ${MAX_ROWS} rows`,
    );
  return { cols, rows };
}
