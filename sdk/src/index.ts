export { connect, Hub, type ConnectOptions } from "./connect.ts";
export { Channel, type ChannelEvents, type Command, type Dimensions, type LinesOptions } from "./channel.ts";
export type { Unsubscribe } from "./emitter.ts";
export type { Lost } from "./link.ts";
export type { Picture } from "./picture-push.ts";
export { PictureWatch, type PictureWatchEvents, type PictureWish, type WatchedPicture } from "./picture-watch.ts";
export { HubRefusal } from "./refusal.ts";
export type { Snapshot, SnapshotWish } from "./snapshot.ts";
export { TextWatch, type TextFrame, type WatchEvents } from "./text-watch.ts";
export type { TextWish } from "./viewer-link.ts";
export type { GlyphSetName, TextLook } from "@lightwell/wire/text/look.ts";
export type { ProducerClient } from "@lightwell/wire/text/producer-messages.ts";
export type { SceneState, SourceState } from "@lightwell/wire/text/scene.ts";

/**
 * What a source says that it does, as a scene's state: stages, parameters and presets; undefined when it is none.
 *
 * @example
 * import { asSceneState, connect } from "@lightwell/sdk";
 * const hub = connect("http://127.0.0.1:8080");
 * const state = await hub.state("text");
 * console.log(state && asSceneState(state)?.preset);
 * hub.close();
 */
export { asSceneState } from "@lightwell/wire/text/scene.ts";

/**
 * `createGrid(cols, rows)` makes cells to draw into, `Attribute` names the bits of `grid.attr`.
 *
 * @example
 * import { Attribute, connect, createGrid, type TextGrid } from "@lightwell/sdk";
 * const grid: TextGrid = createGrid(40, 10);
 * grid.glyph[0] = "★".codePointAt(0) ?? 0;
 * grid.fg[0] = 0xffcc00;
 * grid.attr[0] = Attribute.bold;
 * const hub = connect("http://127.0.0.1:8080", { token: "<token>" });
 * hub.channel("stars").showGrid(grid);
 * await hub.channel("stars").flush();
 * hub.close();
 */
export { Attribute, createGrid, type TextGrid } from "@lightwell/wire/text/grid.ts";

/**
 * Cells as ANSI text for a terminal, and back: `gridToAnsi` places the cursor, `diffToAnsi` writes what has changed,
 * `gridToAnsiLines` gives one string per row. Depths: `mono`, `16`, `256`, `24bit`.
 *
 * @example
 * import { diffToAnsi, gridToAnsi, gridToAnsiLines, parseAnsiLines } from "@lightwell/sdk";
 * const before = parseAnsiLines(["\x1b[31mred"], 20, 5);
 * const after = parseAnsiLines(["\x1b[32mgreen"], 20, 5);
 * process.stdout.write(gridToAnsi(before, "24bit") + diffToAnsi(after, before, "256"));
 * console.log(gridToAnsiLines(after, "mono"));
 */
export { diffToAnsi, gridToAnsi, gridToAnsiLines, parseAnsiLines } from "@lightwell/wire/text/ansi.ts";
export type { ColourDepth } from "@lightwell/wire/text/ansi.ts";
