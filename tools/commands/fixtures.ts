import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { plainPicture } from "../../hub/src/picture/testing.ts";

/** Make a file that the reader of a page has: a picture, a short film, or a folder with pictures. */
export async function makeFixture(path: string): Promise<void> {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const colour = "#3080c0";
  switch (extname(path)) {
    case ".jpg":
      return writeFileSync(path, (await plainPicture(320, 180, { colour })).bytes);
    case ".png":
      return writeFileSync(path, (await plainPicture(320, 180, { colour, format: "png" })).bytes);
    case ".mp4": {
      const film = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=10", "-t", "2", "-pix_fmt", "yuv420p", path];
      execFileSync("ffmpeg", ["-loglevel", "error", ...film]);
      return;
    }
    case "":
      for (const name of ["a.jpg", "b.jpg"]) await makeFixture(`${path}/${name}`);
      return;
    default:
      throw new Error(`there is no fixture for ${path}`);
  }
}
