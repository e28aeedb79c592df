import { readFile, stat } from "node:fs/promises";
import { messageOf } from "#contract/errors.ts";
import type { Log } from "#contract/log.ts";
import type { ImageContent } from "#core/frame.ts";
import { DEFAULT_LIMITS, imageContent } from "#picture/inspect.ts";
import { validatePicture } from "#picture/validate.ts";

/** The operator's own placeholder. Undefined, with a line in the log, when it is no picture that can be shown. */
export async function ownPlaceholder(path: string, log: Log): Promise<ImageContent | undefined> {
  try {
    const { size } = await stat(path);
    if (size > DEFAULT_LIMITS.maxBytes) throw new Error(`it has ${size} bytes, more than ${DEFAULT_LIMITS.maxBytes}`);
    const content = imageContent(await readFile(path));
    await validatePicture(content);
    return content;
  } catch (error) {
    log.warn(
      { path, error: messageOf(error) },
      "the placeholder cannot be shown, the built-in one is: set standby.placeholder to a whole JPEG, WebP or PNG",
    );
    return undefined;
  }
}
