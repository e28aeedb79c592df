import { redactAddress } from "#contract/redact.ts";
import { addressScript, OPENED_BY_SCRIPT } from "./address-script.ts";
import { ARRIVAL_TIMES, leaveOutLate, numberThem, paceFilters } from "./pace.ts";

/** One thing for ffmpeg to read. */
export interface VideoInput {
  /** A file, a URL, a device such as `/dev/video0`, or `-` for standard input. */
  readonly input: string;
  /** Begin a file anew at its end. */
  readonly loop: boolean;
  /** Frames per second to give out; undefined: as they come. */
  readonly fps?: number | undefined;
  /** Pixels; the height follows. */
  readonly width?: number | undefined;
  /** Put before `-i`, after what follows from the input. */
  readonly options: readonly string[];
}

export type InputKind = "file" | "device" | "rtsp" | "stream" | "stdin";

/** Version of libavformat: its number rises with every change of an option, whatever the build calls itself. */
export type LibavformatVersion = readonly [major: number, minor: number];

/** How to call ffmpeg. */
export interface FfmpegCall {
  readonly args: readonly string[];
  /** To be written to file descriptor 3, when the arguments read from there. */
  readonly script?: string | undefined;
}

type Option = readonly [name: string, ...value: string[]];

/** ffmpeg gives a connection up that is silent for this long. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** Formats without an index: ffmpeg's own loop loses the beginning of each further round, or all of it. */
const UNSEEKABLE = /\.(m?ts|m2ts|mpe?g|vob|m[12]v|h?26[45]|hevc)([?#]|$)/i;
/** They come in segments of seconds, each as fast as the network gives it. */
const SEGMENTED = /^https?:\/\/[^?#]*\.(m3u8|mpd)([?#]|$)/i;
const FILE_URL = /^https?:\/\/[^?#]*\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|gif)([?#]|$)/i;

/** What an input is, which says how to read it. */
export function kindOf(input: string): InputKind {
  if (input === "-") return "stdin";
  if (/^rtsps?:/i.test(input)) return "rtsp";
  if (/^\/dev\/(video|v4l\/)/.test(input)) return "device";
  if (FILE_URL.test(input) || /^file:/i.test(input)) return "file";
  return /^[a-z][a-z0-9+.-]+:/i.test(input) ? "stream" : "file";
}

/** What comes faster than it is to be shown. */
function isPaced(input: string): boolean {
  return ["file", "stdin"].includes(kindOf(input)) || SEGMENTED.test(input);
}

/** The call that turns an input into JPEGs, one after the other, on standard output. */
export function ffmpegCall(source: VideoInput, libavformat: LibavformatVersion): FfmpegCall {
  const [leaveOut, ...wait] = isPaced(source.input) ? paceFilters : [leaveOutLate];
  const filters = [
    ...(source.fps === undefined ? [] : [`fps=${source.fps}`]),
    leaveOut,
    ...(source.width === undefined ? [] : [`scale=${source.width}:-2`]),
    ...wait,
    numberThem,
  ];
  const { args, script } = readingPart(source, libavformat);
  return {
    args: [
      ...["-hide_banner", "-loglevel", "error", ...(source.input === "-" ? [] : ["-nostdin"])],
      ...args,
      ...["-map", "0:v:0", "-an", "-sn", "-dn"],
      ...["-vf", filters.join(",")],
      // Frames as they come: a camera without a steady rate would be given copies of its frames to make one.
      ...(isBefore(libavformat, [59, 27]) ? ["-vsync", "0"] : ["-fps_mode", "passthrough"]),
      ...["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p"],
      // Threads with a frame each would hold frames back, threads with slices of one make it a fifth larger.
      ...["-threads", "1"],
      ...["-f", "image2pipe", "-flush_packets", "1", "pipe:1"],
    ],
    script,
  };
}

function readingPart(source: VideoInput, libavformat: LibavformatVersion): FfmpegCall {
  const { input, options } = source;
  // What the operator says goes before what follows from the input.
  const own = ownOptions(source, libavformat).filter(([name]) => !options.includes(name));
  const isSecret = redactAddress(input) !== input;
  const repeated = source.loop && kindOf(input) === "file" && (isSecret || UNSEEKABLE.test(input));
  if ((isSecret && !isBefore(libavformat, OPENED_BY_SCRIPT)) || repeated) {
    const script = addressScript(input, [...own, ...pairs(options)], repeated);
    if (script) return script;
  }
  return { args: [...own.flat(), ...options, "-i", input === "-" ? "pipe:0" : input] };
}

/** Threads that each take a whole frame would hold one back each: 0.3 s with eight of them. */
const AT_ONCE: readonly Option[] = [["-thread_type", "slice"]];
/** Frames that are looked at for the rate, which nobody here asks for, would be a second of waiting. */
const UNMEASURED: Option = ["-fpsprobesize", "0"];

function ownOptions({ input, loop }: VideoInput, libavformat: LibavformatVersion): Option[] {
  switch (kindOf(input)) {
    case "file":
      return loop ? [["-stream_loop", "-1"]] : [];
    case "stdin":
      return [];
    case "device":
      return [["-f", "v4l2"], ...ARRIVAL_TIMES, ...AT_ONCE];
    case "rtsp":
      return [
        // Over UDP a lost packet smears the picture, and most firewalls drop it all.
        ["-rtsp_transport", "tcp"],
        // Sound and metadata would be waited for, and sent for nothing.
        ["-allowed_media_types", "video"],
        // The old name: before 5.0 `-timeout` made a server of ffmpeg.
        [isBefore(libavformat, [59, 0]) ? "-stimeout" : "-timeout", `${ANSWER_TIMEOUT_MS * 1000}`],
        UNMEASURED,
        ...ARRIVAL_TIMES,
        ...AT_ONCE,
      ];
    case "stream":
      return [UNMEASURED, ...(isPaced(input) ? [] : ARRIVAL_TIMES), ...AT_ONCE];
  }
}

function isBefore([major, minor]: LibavformatVersion, [thanMajor, thanMinor]: LibavformatVersion): boolean {
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

/** `-a 1 -b -c 2` as [[-a, 1], [-b], [-c, 2]]; a negative number is a value. */
function pairs(options: readonly string[]): Option[] {
  const found: Array<[string, ...string[]]> = [];
  for (const word of options) {
    if (/^-[a-z]/i.test(word)) found.push([word]);
    else if (found.length === 0) found.push([word]);
    else found.at(-1)?.push(word);
  }
  return found;
}
