import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { contentTypeOf } from "./content-types.ts";

/** First parts of addresses that are the app's and the API's, on one listener or the other. */
const TAKEN: ReadonlySet<string> = new Set(
  "api assets static ascii channels healthz ingest live log data metrics login monitor settings snapshot text video_feed wall watch ws".split(
    " ",
  ),
);
/** Neither hidden nor a way out; the last two mean something on Windows. */
const NAME = /^[^./\\:\0][^/\\:\0]*$/;
/** A pipe in the folder must not hold a thread until somebody writes into it. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** One file, open: it must be sent or closed. */
export interface OwnFile {
  readonly handle: FileHandle;
  readonly type: string;
  readonly size: number;
  readonly etag: string;
  /** As HTTP writes it. */
  readonly lastModified: string;
}

/** Pages and files of the user's own, read from their folder whenever they are asked for. */
export class OwnFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * The file at an address, as it stands in a request: `/static/<path>`, or `/<page>` for `<page>.html`. Undefined for
   * everything else: hidden files, what leads out of the folder (by links too), what is no file.
   */
  async open(path: string): Promise<OwnFile | undefined> {
    const parts = partsOf(path);
    if (!parts) return undefined;
    let handle: FileHandle | undefined;
    try {
      const root = await realpath(this.#dir);
      const file = await realpath(join(root, ...parts));
      const inside = relative(root, file).split(sep);
      if (!inside.every((part) => NAME.test(part))) return undefined;
      handle = await open(file, FLAGS);
      const stat = await handle.stat();
      if (!stat.isFile()) {
        await handle.close();
        return undefined;
      }
      return {
        handle,
        type: contentTypeOf(file),
        size: stat.size,
        etag: `"${stat.size.toString(36)}-${Math.trunc(stat.mtimeMs).toString(36)}"`,
        lastModified: stat.mtime.toUTCString(),
      };
    } catch {
      await handle?.close();
      return undefined;
    }
  }
}

function partsOf(path: string): string[] | undefined {
  let parts: string[];
  try {
    parts = path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
  if (!parts.every((part) => NAME.test(part))) return undefined;
  const [first = "", ...rest] = parts;
  if (first === "static") return rest.length > 0 ? parts : undefined;
  return rest.length === 0 && !TAKEN.has(first) ? [`${first}.html`] : undefined;
}
