import { join } from "node:path";
import { messageOf } from "#contract/errors.ts";
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

/** Read both folders. One that cannot be read is as an empty one, and `failed` is told why. */
export async function readSets(
  dir: string,
  floatDir: string | undefined,
  failed: (reason: string) => void,
): Promise<Sets> {
  const read = (path: string | undefined) =>
    path === undefined
      ? []
      : readFolderSet(path).catch((error: unknown) => {
          failed(whyUnreadable(path, error));
          return [];
        });
  const [main, float] = await Promise.all([read(dir), read(floatDir)]);
  return { main, float };
}

function whyUnreadable(path: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return `the folder ${path} does not exist`;
    case "ENOTDIR":
      return `${path} is a file, not a folder`;
    case "EACCES":
      return `the user of the hub may not read the folder ${path}`;
    default:
      return `the folder ${path} cannot be read: ${messageOf(error)}`;
  }
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
