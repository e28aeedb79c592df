import type { ImageContent, ImageFormat } from "#core/frame.ts";
import { loadEngine } from "./engine.ts";
import { writePicture } from "./transcode.ts";
import { encodeCost } from "./work-cost.ts";

/** A real picture of one colour, for tests. */
export async function plainPicture(
  width: number,
  height: number,
  { format = "jpeg", colour = "#c03020" }: { readonly format?: ImageFormat; readonly colour?: string } = {},
): Promise<ImageContent> {
  const engine = await loadEngine();
  const cost = encodeCost(format, width, height);
  return writePicture(engine({ create: { width, height, channels: 3, background: colour } }), { format, cost });
}

/** A real picture whose every pixel differs from its neighbours, so that it cannot be coded in a few bytes. */
export async function noisyPicture(width: number, height: number, format: ImageFormat = "jpeg"): Promise<ImageContent> {
  const engine = await loadEngine();
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const cost = encodeCost(format, width, height);
  return writePicture(engine({ create: { width, height, channels: 3, background: "#808080", noise } }), {
    format,
    cost,
  });
}
