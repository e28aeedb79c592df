import { HubError } from "#contract/errors.ts";
import type { Frame, ImageContent } from "#core/frame.ts";

/** A text frame as a picture. */
export async function drawText(frame: Frame): Promise<ImageContent> {
  throw new HubError("unsupported", `frame ${frame.seq} is text; drawing text as a picture is not possible here`);
}
