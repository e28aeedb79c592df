import type { Content, Frame } from "#core/frame.ts";
import { badgePicture } from "#picture/badge.ts";
import { placeholder } from "#picture/placeholder.ts";
import { badgeGrid, placeholderGrid } from "./text-stand-in.ts";

/** Of a channel that never had a picture, in pixels. */
const DEFAULT_SIZE = { width: 640, height: 360 };

/** A placeholder need not be larger, whatever the picture was: screens scale it. */
const MAX_SIDE = 1920;

/** The content with its colours drained and words over it. */
export async function withBadge(content: Content, words: string): Promise<Content> {
  return content.kind === "text"
    ? { kind: "text", grid: badgeGrid(content.grid, words) }
    : badgePicture(content, words);
}

/** A picture or grid of the size of the last frame that says what is going on. */
export async function placeholderFor(last: Frame | undefined, title: string, words: string): Promise<Content> {
  const content = last?.content;
  if (content?.kind === "text") {
    const { cols, rows } = content.grid;
    return { kind: "text", grid: placeholderGrid(cols, rows, title, words) };
  }
  if (!content) return placeholder({ title, words, ...DEFAULT_SIZE });
  const scale = Math.min(1, MAX_SIDE / Math.max(content.width, content.height));
  return placeholder({
    title,
    words,
    width: Math.max(1, Math.round(content.width * scale)),
    height: Math.max(1, Math.round(content.height * scale)),
    format: content.format,
  });
}

/** Local time as people read it: `12:03:10`, or `2026-11-20 12:03` when it was not today. */
export function momentOf(at: number, now: number): string {
  const [time, today] = [new Date(at), new Date(now)];
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === today.toDateString()) return `${clock}:${two(time.getSeconds())}`;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}
