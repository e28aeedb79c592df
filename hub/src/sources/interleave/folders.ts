import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Pictures of one folder, in the order in which they are shown. */
export interface PictureFolder {
  readonly path: string;
  /** File names. */
  readonly pictures: readonly string[];
}

const PICTURE = /\.(jpe?g|png|webp)$/i;

/**
 * The folders of a set: the sub-folders that hold pictures, in order, and before them the folder itself
 * when it holds some. Names that begin with a dot are passed over.
 *
 * @throws when the folder cannot be read; a sub-folder that cannot be read is passed over.
 */
export async function readFolderSet(dir: string): Promise<PictureFolder[]> {
  const entries = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => !name.startsWith("."));
  const names: string[] = [];
  for (const entry of entries) if (await isFolder(dir, entry)) names.push(entry.name);
  const below = await Promise.all(names.sort(compareNaturally).map((name) => readBelow(join(dir, name))));
  const own = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  return [pictureFolder(dir, own), ...below].filter(({ pictures }) => pictures.length > 0);
}

async function readBelow(path: string): Promise<PictureFolder> {
  try {
    return pictureFolder(path, await readdir(path));
  } catch {
    return { path, pictures: [] };
  }
}

async function isFolder(dir: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink() || PICTURE.test(entry.name)) return entry.isDirectory();
  return stat(join(dir, entry.name)).then(
    (target) => target.isDirectory(),
    () => false,
  );
}

function pictureFolder(path: string, names: readonly string[]): PictureFolder {
  const pictures = names.filter((name) => PICTURE.test(name) && !name.startsWith("."));
  return { path, pictures: pictures.sort(compareNaturally) };
}

/** `frame2` before `frame10`; otherwise by code units, so that the order is the same in every locale. */
export function compareNaturally(a: string, b: string): number {
  const [p, q] = [splitNumbers(a), splitNumbers(b)];
  for (let i = 0; i < Math.min(p.length, q.length); i++) {
    const [x, y] = [p[i] ?? "", q[i] ?? ""];
    const difference = /^\d/.test(x) && /^\d/.test(y) ? compareNumbers(x, y) : Number(x > y) - Number(x < y);
    if (difference !== 0) return difference;
  }
  return p.length - q.length || Number(a > b) - Number(a < b);
}

const splitNumbers = (name: string) => name.match(/\d+|[^\d.]+|\./g) ?? [];

/** Digits of any length, without the rounding of floating point. */
function compareNumbers(x: string, y: string): number {
  const [p, q] = [x.replace(/^0+/, ""), y.replace(/^0+/, "")];
  return p.length - q.length || Number(p > q) - Number(p < q);
}

/** The least length of a sequence: a second of film. */
const LEAST_SEQUENCE = 24;

/** True when names are one word with a number that counts up without a gap: frames of a film, not photos. */
export function isNumberedRun(names: readonly string[]): boolean {
  if (names.length < LEAST_SEQUENCE) return false;
  let last: { readonly word: string; readonly number: number } | undefined;
  for (const name of names) {
    const found = /^(.*?)(\d{1,15})\.\w+$/.exec(name);
    if (!found) return false;
    const [word, number] = [found[1] ?? "", Number(found[2])];
    if (last && (word !== last.word || number !== last.number + 1)) return false;
    last = { word, number };
  }
  return true;
}
