import { z } from "zod";

const number = (least: number, most: number) => z.coerce.number().min(least).max(most).optional();

/** What the shape of a picture can be asked for by, in the query of every route. */
export const shapeQuery = z.object({
  channel: z.string().max(64).optional().meta({ description: "Name of the channel; the path goes before it." }),
  width: number(1, 8192).meta({ description: "Greatest width in pixels; never enlarged." }),
  quality: number(1, 100).meta({ description: "Of the JPEG or WebP compression." }),
  format: z.enum(["jpeg", "webp"]).optional().meta({ description: "JPEG unless WebP is asked for." }),
});

/** The query of a stream. Other parameters are left alone: pages add some against caches. */
export const streamQuery = shapeQuery.extend({
  id: z
    .string()
    .max(80)
    // Lists and logs show it: nothing in it may break lines or turn their direction.
    .refine((id) => !/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(id), "has control characters in it")
    .optional()
    .meta({ description: "Names the viewer in lists." }),
  fps: number(0.1, 60).meta({ description: "At most this many pictures a second." }),
});

export type ShapeQuery = z.output<typeof shapeQuery>;

/**
 * The format to send. WebP only to those who ask for it by `?format=`, or accept WebP and nothing that JPEG is: browsers
 * list WebP with everything else in `Accept`, but do not dependably show it as parts of a stream.
 */
export function formatOf(wished: ShapeQuery["format"], accept: string | undefined): "jpeg" | "webp" {
  if (wished) return wished;
  const types = (accept ?? "").toLowerCase().split(",");
  const takes = (type: string) => types.some((one) => one.split(";")[0]?.trim() === type);
  return takes("image/webp") && !takes("image/jpeg") && !takes("image/*") && !takes("*/*") ? "webp" : "jpeg";
}
