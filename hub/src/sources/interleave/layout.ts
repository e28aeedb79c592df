import { stat } from "node:fs/promises";
import { join } from "node:path";
import { measureLayer, probeHalves } from "#picture/layers.ts";
import { isNumberedRun, type PictureFolder } from "./folders.ts";
import type { Sets } from "./sets.ts";

/** How a show looks and how fast it runs, as far as it follows from the files. */
export interface Layout {
  readonly ips: number;
  readonly width: number;
  readonly height: number;
}

export interface LayoutWish {
  readonly ips: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly sideBySide: SideBySide;
}

export type SideBySide = "auto" | "always" | "never";

const SEQUENCE_IPS = 30;
/** A photo stands for five seconds. */
const PHOTO_IPS = 0.2;
/** Frames of a film are smaller than photos. */
const MOST_FRAME_BYTES = 1_000_000;
const SEQUENCE_BOX = { width: 1920, height: 1080 };
const PHOTO_SIZE = { width: 1280, height: 720 };

/** Settle what the options leave open, from the first pictures of the main set. The same files give the same. */
export async function layOut(sets: Sets, wish: LayoutWish): Promise<Layout> {
  const sequence = await isSequence(sets.main);
  const natural = sequence ? await sizeOfFirst(sets.main, wish.sideBySide) : PHOTO_SIZE;
  const { width, height } = sizeOf(natural, wish);
  return { ips: wish.ips ?? (sequence ? SEQUENCE_IPS : PHOTO_IPS), width, height };
}

function sizeOf(natural: { readonly width: number; readonly height: number }, { width, height }: LayoutWish) {
  if (width !== undefined && height !== undefined) return { width, height };
  const shape = natural.width / natural.height;
  if (width !== undefined) return { width, height: even(width / shape) };
  if (height !== undefined) return { width: even(height * shape), height };
  return natural;
}

/** True when every folder looks like the frames of a film: numbered without a gap, and small files. */
async function isSequence(folders: readonly PictureFolder[]): Promise<boolean> {
  if (folders.length === 0 || !folders.every(({ pictures }) => isNumberedRun(pictures))) return false;
  const samples = folders
    .slice(0, 4)
    .flatMap(({ path, pictures }) =>
      [0, pictures.length >> 1, pictures.length - 1].map((at) => join(path, pictures[at] ?? "")),
    );
  const sizes = await Promise.all(
    samples.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.every((size) => size <= MOST_FRAME_BYTES);
}

/** Size of the first picture that can be read, at most Full HD. */
async function sizeOfFirst(folders: readonly PictureFolder[], sideBySide: SideBySide) {
  const [first] = folders;
  for (const name of first?.pictures.slice(0, 20) ?? []) {
    try {
      const path = join(first?.path ?? "", name);
      const whole = await measureLayer(path);
      const width = (await isSideBySide(path, "main", sideBySide)) ? whole.width / 2 : whole.width;
      const scale = Math.min(1, SEQUENCE_BOX.width / width, SEQUENCE_BOX.height / whole.height);
      return scale === 1
        ? { width: Math.floor(width), height: whole.height }
        : { width: even(width * scale), height: even(whole.height * scale) };
    } catch {
      // A broken first picture decides nothing; showing it will name it.
    }
  }
  return PHOTO_SIZE;
}

/**
 * Whether a layer file holds colours and opacity side by side.
 *
 * By itself: a JPEG over another one would hide it, so a grey right half is opacity; below, only when the
 * right half is black and white beside a coloured left one.
 */
export async function isSideBySide(path: string, set: "main" | "float", wish: SideBySide): Promise<boolean> {
  if (wish !== "auto") return wish === "always";
  if (!/\.jpe?g$/i.test(path)) return false;
  const { leftNeutral, rightNeutral, rightIsMask } = await probeHalves(path);
  return set === "float" ? rightNeutral : rightNeutral && rightIsMask && !leftNeutral;
}

const even = (value: number) => Math.max(2, 2 * Math.round(value / 2));
