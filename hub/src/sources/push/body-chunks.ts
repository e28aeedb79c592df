import type { IncomingMessage } from "node:http";
import { HubError } from "#contract/errors.ts";
import type { Clock } from "#core/clock.ts";

/** A body that brings nothing for this long is over. */
const SILENCE_MS = 30_000;
/** How often it is looked whether the token of a body without end is still good. */
const RIGHTS_EVERY_MS = 20_000;

/**
 * The chunks of a body until it is over or its peer is gone.
 *
 * @param watch.checkRights throws once its token or session is good no more
 * @param watch.heard a number that grows whenever the body brings what it is read for
 * @throws {HubError} `bad-request` when that number has not grown for 30 s; what `checkRights` throws
 */
export async function* chunksWhileWanted(
  request: IncomingMessage,
  clock: Clock,
  { checkRights, heard }: { readonly checkRights: () => void; readonly heard: () => number },
): AsyncGenerator<Buffer> {
  let silence = Promise.withResolvers<never>();
  let [last, heardMs, checkedMs] = [heard(), clock.monotonic(), clock.monotonic()];
  const stop = clock.every(SILENCE_MS / 4, () => {
    const now = clock.monotonic();
    if (heard() !== last) [last, heardMs] = [heard(), now];
    else if (now - heardMs >= SILENCE_MS)
      silence.reject(new HubError("bad-request", `the body brought nothing whole for ${SILENCE_MS / 1000} s`));
  });
  const chunks = chunksOf(request);
  try {
    for (;;) {
      // A new one each time: a promise that outlives the body keeps what every race has hung on it.
      silence = Promise.withResolvers<never>();
      const { value, done } = await Promise.race([chunks.next(), silence.promise]);
      if (done) return;
      yield value;
      const now = clock.monotonic();
      if (now - checkedMs < RIGHTS_EVERY_MS) continue;
      checkedMs = now;
      checkRights();
    }
  } finally {
    stop();
  }
}

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // The connection must outlive an early end of the reading: the reply goes out on it.
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!request.destroyed) throw error;
  }
}
