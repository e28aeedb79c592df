import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { contentTypeOf } from "./content-types.ts";

const compressible = new Set(["html", "js", "css", "json", "svg", "txt"]);

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

export type ContentCoding = "br" | "gzip" | "identity";

/** One file of the built app, kept in memory. */
export class AppFile {
  readonly type: string;
  readonly etag: string;
  /** The name holds a hash of the content: it never changes. */
  readonly immutable: boolean;
  readonly compressible: boolean;
  readonly #codings: Map<ContentCoding, Promise<Buffer>>;

  constructor(path: string, bytes: Buffer) {
    const extension = path.slice(path.lastIndexOf(".") + 1);
    this.type = contentTypeOf(path);
    this.compressible = compressible.has(extension);
    this.etag = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
    this.immutable = path.startsWith("/assets/");
    this.#codings = new Map([["identity", Promise.resolve(bytes)]]);
  }

  /** The bytes in a content coding, compressed when first asked for. */
  async bytes(coding: ContentCoding): Promise<Buffer> {
    let made = this.#codings.get(coding);
    if (!made) this.#codings.set(coding, (made = this.#compress(coding)));
    return made;
  }

  async #compress(coding: ContentCoding): Promise<Buffer> {
    const bytes = await this.bytes("identity");
    if (coding === "gzip") return gzipped(bytes);
    return brotli(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
  }
}

/**
 * The files of the built app by their path (`/assets/index-x.js`).
 *
 * Only what was found in the folder can be asked for: no path leads out of it.
 */
export class AppFiles {
  readonly #dir: string;
  #files = new Map<string, AppFile>();
  #builtAt = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  find(path: string): AppFile | undefined {
    return this.#files.get(path);
  }

  /** `index.html`; undefined when there is no build. Reads everything anew when that has changed. */
  async index(): Promise<AppFile | undefined> {
    const builtAt = await stat(join(this.#dir, "index.html")).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (builtAt !== this.#builtAt) {
      this.#files = builtAt === 0 ? new Map() : await readAll(this.#dir);
      this.#builtAt = builtAt;
    }
    return this.#files.get("/index.html");
  }
}

async function readAll(dir: string): Promise<Map<string, AppFile>> {
  const files = new Map<string, AppFile>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(dir, file).split(sep).join("/")}`;
    files.set(path, new AppFile(path, await readFile(file)));
  }
  return files;
}
