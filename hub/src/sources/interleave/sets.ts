import { join } from "node:path";
import { pingPong, chooseFolders, type Choice } from "./timeline.ts";
import { readFolderSet, type PictureFolder } from "./folders.ts";

/** The two sets as they are on disk now. */
export interface Sets {
  readonly main: readonly PictureFolder[];
  readonly float: readonly PictureFolder[];
}

/** One picture of the show: what is to be seen at a count. */
export interface Slot extends Choice {
  /** Number of the main picture in its folder. */
  readonly index: number;
  readonly mainPath: string;
  readonly floatPath: string | undefined;
}

/**
 * Read both folders.
 *
 * @throws when the main folder cannot be read. A float folder that cannot be read is as an empty one.
 */
export async function readSets(dir: string, floatDir: string | undefined): Promise<Sets> {
  const [main, float] = await Promise.all([
    readFolderSet(dir),
    floatDir === undefined ? [] : readFolderSet(floatDir).catch(() => []),
  ]);
  return { main, float };
}

/** What is to be seen at a count; undefined when there is no picture at all. Folders keep their own length. */
export function slotAt({ main, float }: Sets, count: number, ips: number): Slot | undefined {
  const choice = chooseFolders(count, ips, main.length, float.length);
  const folder = main[choice.main];
  if (!folder) return undefined;
  const over = float[choice.float];
  const index = pingPong(count, folder.pictures.length);
  return {
    ...choice,
    index,
    mainPath: pathOf(folder, index),
    floatPath: over && pathOf(over, pingPong(count, over.pictures.length)),
  };
}

/** True when both hold the same files. */
export function sameSets(a: Sets, b: Sets): boolean {
  const list = (sets: Sets) => JSON.stringify([sets.main, sets.float]);
  return list(a) === list(b);
}

export function countPictures(folders: readonly PictureFolder[]): number {
  return folders.reduce((sum, { pictures }) => sum + pictures.length, 0);
}

function pathOf({ path, pictures }: PictureFolder, index: number): string {
  return join(path, pictures[index] ?? "");
}
