/**
 * Why a binary text message was refused.
 *
 * - `truncated`: the bytes end before the message does.
 * - `malformed`: a field holds a value that the protocol does not have.
 * - `too-large`: the message asks for more cells or bytes than Lightwell accepts.
 * - `missing-base`: the message builds on a frame that this decoder does not hold; ask for a keyframe.
 * - `overrun`: messages arrive faster than they are decoded.
 */
export type TextCodecErrorCode = "truncated" | "malformed" | "too-large" | "missing-base" | "overrun";

/** The only error that the binary text decoders throw. The decoder keeps its last good frame. */
export class TextCodecError extends Error {
  readonly code: TextCodecErrorCode;

  constructor(code: TextCodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TextCodecError";
    this.code = code;
  }
}
