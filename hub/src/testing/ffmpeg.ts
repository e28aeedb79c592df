// needs: ffmpeg
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What ffmpeg has to say while it decodes this many pictures of an MJPEG stream: nothing, when all is well. */
export async function warningsOfFfmpeg(url: string, pictures: number): Promise<string> {
  const input = ["-v", "warning", "-f", "mpjpeg", "-i", url];
  const { stderr } = await promisify(execFile)("ffmpeg", [...input, "-frames:v", String(pictures), "-f", "null", "-"]);
  return stderr;
}
