import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CHANNEL_NAME } from "#core/registry.ts";
import { readPictureFile, writePictureFile, type KeptPicture } from "./picture-file.ts";

const ENDING = ".picture";
const HALF_WRITTEN = ".part";

/**
 * One picture per channel name, each a file that is there whole or not at all. Only the hub's own user may read them:
 * among them are those of private channels.
 */
export class PictureFolder {
  readonly #path: string;
  readonly #most: number;
  readonly #mostBytes: number;
  /** Bytes of each file, those written longest ago first. */
  readonly #sizes = new Map<string, number>();

  constructor(path: string, limits: { readonly most: number; readonly mostBytes: number }) {
    this.#path = path;
    this.#most = limits.most;
    this.#mostBytes = limits.mostBytes;
  }

  /** Find out what is there, and delete what is not of one of these names. */
  async open(names: ReadonlySet<string>): Promise<void> {
    const files = await readdir(this.#path).catch(() => []);
    const found: Array<{ name: string; size: number; writtenAt: number }> = [];
    for (const file of files) {
      const name = file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : "";
      if (this.#most > 0 && CHANNEL_NAME.test(name) && names.has(name)) {
        const { size, mtimeMs } = await stat(join(this.#path, file));
        found.push({ name, size, writtenAt: mtimeMs });
      } else if (file.endsWith(ENDING) || file.endsWith(HALF_WRITTEN)) {
        await rm(join(this.#path, file), { force: true });
      }
    }
    for (const { name, size } of found.sort((a, b) => a.writtenAt - b.writtenAt)) this.#sizes.set(name, size);
  }

  /** Undefined when there is none, or none that can be read. */
  async read(name: string): Promise<KeptPicture | undefined> {
    const size = this.#sizes.get(name);
    if (size === undefined || size > this.#mostBytes) return undefined;
    return readPictureFile(await readFile(this.#fileOf(name)).catch(() => new Uint8Array()));
  }

  /**
   * Replace the picture of this name. To make room those that `mayGo` are deleted, the oldest first; false when there is
   * none.
   */
  async write(name: string, picture: KeptPicture, mayGo: (name: string) => boolean): Promise<boolean> {
    const file = writePictureFile(picture);
    if (!(await this.#makeRoom(name, file.length, mayGo))) return false;
    await mkdir(this.#path, { recursive: true, mode: 0o700 });
    const part = this.#fileOf(name) + HALF_WRITTEN;
    const handle = await open(part, "w", 0o600);
    try {
      await handle.writeFile(file);
    } finally {
      await handle.close();
    }
    await rename(part, this.#fileOf(name));
    this.#sizes.delete(name);
    this.#sizes.set(name, file.length);
    return true;
  }

  async delete(name: string): Promise<void> {
    this.#sizes.delete(name);
    await rm(this.#fileOf(name), { force: true });
  }

  async #makeRoom(name: string, bytes: number, mayGo: (name: string) => boolean): Promise<boolean> {
    const others = [...this.#sizes].filter(([other]) => other !== name);
    let sum = bytes + others.reduce((total, [, size]) => total + size, 0);
    let count = others.length + 1;
    for (const [other, size] of others) {
      if (count <= this.#most && sum <= this.#mostBytes) break;
      if (!mayGo(other)) continue;
      await this.delete(other);
      sum -= size;
      count--;
    }
    return count <= this.#most && sum <= this.#mostBytes;
  }

  #fileOf(name: string): string {
    return join(this.#path, name + ENDING);
  }
}
