import { HubError, messageOf } from "#contract/errors.ts";
import { LeftOut, type Errand } from "#core/errand.ts";
import type { ImageContent } from "#core/frame.ts";
import { HOUSE, loadEngine, LONGEST, runPipeline } from "./engine.ts";
import { DEFAULT_LIMITS, imageContent, inspectPicture, type PictureLimits } from "./inspect.ts";

/** Decoding as far as this many pixels across is enough to read every coded byte of a JPEG. */
const PROBE_WIDTH = 32;

/**
 * Decodes the whole picture once, beside the event loop, and throws the pixels away. About 2 ms for a 720p JPEG.
 *
 * Damage that is valid code still passes, as in every decoder: flipped bits of a JPEG or a lossy WebP look odd,
 * no more. Bytes between the scan and the end marker pass too: UVC cameras write some into every frame.
 *
 * @throws {HubError} `bad-picture` for bytes that do not decode without a warning, or as another size than
 * announced; `too-large`, before anything is decoded, for a picture beyond the limits; `unavailable` when the errand's
 * signal is aborted before its turn.
 */
export async function validatePicture(
  content: ImageContent,
  { limits = DEFAULT_LIMITS, errand = HOUSE }: { readonly limits?: PictureLimits; readonly errand?: Errand } = {},
): Promise<void> {
  const announced = inspectPicture(content.bytes, limits);
  const engine = await loadEngine();
  try {
    // Reading scan lines in order and shrinking at once keeps memory small, also for a picture at the limit.
    const options = { limitInputPixels: limits.maxPixels, failOn: "warning", sequentialRead: true } as const;
    const probe = { width: Math.min(PROBE_WIDTH, announced.width), kernel: "nearest" } as const;
    const pipeline = engine(content.bytes, options).timeout(LONGEST).resize(probe).raw();
    await runPipeline(pipeline, announced.cost, errand);
  } catch (error) {
    if (error instanceof LeftOut) throw new HubError("unavailable", "the sender went away", { cause: error });
    const words = messageOf(error).replaceAll(/\s+/g, " ");
    throw new HubError("bad-picture", `the ${announced.format.toUpperCase()} does not decode: ${words}`, {
      cause: error,
    });
  }
}

export interface PictureCheckOptions {
  readonly limits?: PictureLimits;
  /** Decode the first picture and every n-th after it. 1: each. */
  readonly decodeEvery?: number;
  /** On whose account; the hub's own unless told. */
  readonly errand?: Errand;
}

/** Checks the pictures of one producer: the structure of each, the first and every n-th by decoding too. */
export class PictureCheck {
  readonly #limits: PictureLimits;
  readonly #decodeEvery: number;
  readonly #errand: Errand;
  #untilDecode = 0;

  constructor({ limits = DEFAULT_LIMITS, decodeEvery = 100, errand = HOUSE }: PictureCheckOptions = {}) {
    this.#errand = errand;
    this.#limits = limits;
    this.#decodeEvery = decodeEvery;
  }

  /**
   * The content when the picture is good: at once for most, later when it is decoded. Until then hold back
   * the producer's next ones, or they overtake it. After a bad picture the next one is decoded again.
   *
   * @throws {HubError} or rejects with one: `bad-picture`, `too-large`; the message is for the producer.
   */
  admit(bytes: Uint8Array): ImageContent | Promise<ImageContent> {
    const content = imageContent(bytes, this.#limits);
    if (this.#untilDecode > 0) {
      this.#untilDecode--;
      return content;
    }
    this.#untilDecode = this.#decodeEvery - 1;
    return validatePicture(content, { limits: this.#limits, errand: this.#errand }).then(
      () => content,
      (error: unknown) => {
        this.#untilDecode = 0;
        throw error;
      },
    );
  }
}
