import { setFlagsFromString } from "node:v8";

/** Version of V8, that of Node 26; one that does not know the flag complains. */
const KNOWN_SINCE = 14;

/**
 * Have V8 weigh the memory of pictures together with its heap when it decides whether to collect.
 *
 * Else it marks its whole heap for every 64 MB of pictures, whatever is left: a third of the main thread's work with 16
 * cameras (`npm run bench cameras`).
 */
export function weighPictures(): void {
  if (Number.parseInt(process.versions.v8, 10) >= KNOWN_SINCE)
    setFlagsFromString("--external-memory-accounted-in-global-limit");
}
