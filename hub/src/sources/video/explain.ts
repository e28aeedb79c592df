import { redactAddress, redactText } from "#contract/redact.ts";
import { ANSWER_TIMEOUT_MS, kindOf, type InputKind } from "./arguments.ts";

interface Rule {
  readonly words: RegExp;
  /** Missing: for every kind. */
  readonly kinds?: readonly InputKind[];
  readonly reason: string;
}

const NETWORK: readonly InputKind[] = ["rtsp", "stream"];

/** The first that fits is taken; `$1` is the first group of the words. */
const RULES: readonly Rule[] = [
  {
    words: /401 Unauthorized/,
    reason: "it answers 401: user or password is missing or wrong (…://user:password@host/…)",
  },
  { words: /403 Forbidden/, reason: "it answers 403: this user may not watch, or too many do" },
  { words: /404 Not Found/, reason: "it answers 404: is the path right?" },
  { words: /461 /, reason: "it answers 461: it does not offer this transport (options: [-rtsp_transport, udp])" },
  // A server of sound only: of the video that was asked for nothing is set up, and nothing can be played.
  { words: /PLAY failed: 45[45] /, reason: "it has no pictures, only sound or data" },
  { words: /Failed to resolve hostname ([^:\s]+)/, reason: "no machine is named $1" },
  { words: /Connection refused/, reason: "the connection is refused: are host and port right, is it switched on?" },
  { words: /No route to host|Network is unreachable/, reason: "there is no way to this host" },
  { words: /Connection timed out/, reason: `no answer for ${ANSWER_TIMEOUT_MS / 1000} s` },
  { words: /Invalid data found/, kinds: ["rtsp"], reason: "it does not answer as an RTSP server" },
  { words: /Device or resource busy/, kinds: ["device"], reason: "it is in use by another program" },
  {
    words: /Permission denied/,
    kinds: ["device"],
    reason: "it may not be read: add the user of the hub to the group video",
  },
  {
    words: /Inappropriate ioctl|Not a video capture device|does not support/,
    kinds: ["device"],
    reason: "it gives no pictures: a camera often has several devices, try the next",
  },
  {
    words: /No such (file or directory|device)/,
    kinds: ["device"],
    reason: "there is no such device: is the camera plugged in? (ls /dev/video*)",
  },
  { words: /matches no streams/, reason: "it has no pictures, only sound or data" },
  {
    words: /moov atom not found/,
    reason: "it is cut off, still being written, or no video: its index (moov) is missing",
  },
  { words: /Is a directory/, reason: "it is a folder: name a file, or a list of files (.ffconcat)" },
  { words: /No such file or directory/, kinds: ["file"], reason: "there is no such file" },
  { words: /Permission denied/, kinds: ["file"], reason: "the user of the hub may not read it" },
  { words: /Invalid data found/, kinds: ["file", "stdin"], reason: "it is no video, or a broken one" },
  { words: /Unrecognized option '([^']+)'|Option (\S+) not found/, reason: "this ffmpeg has no option $1$2" },
  { words: /Protocol not found/, kinds: NETWORK, reason: "this ffmpeg does not read such addresses" },
];

/** What ffmpeg's words (its standard error) are known to mean, in one line; undefined for all others. */
export function knownReason(words: string, input: string): string | undefined {
  const kind = kindOf(input);
  for (const { words: pattern, kinds, reason } of RULES) {
    if (kinds && !kinds.includes(kind)) continue;
    const found = pattern.exec(words);
    if (found) return reason.replaceAll(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? "");
  }
  return undefined;
}

/** The meaning of the words, or their last line without secrets; empty when there are none. */
export function explain(words: string, input: string): string {
  const known = knownReason(words, input);
  if (known !== undefined) return known;
  const lines = words
    .replaceAll(input, redactAddress(input))
    .split("\n")
    .map((line) => line.replace(/^\[[^\]]* @ 0x[0-9a-f]+\] */, "").trim())
    .filter((line) => line !== "" && !line.startsWith("Last message repeated"));
  return redactText(lines.at(-1) ?? "").slice(0, 300);
}
