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

const FILE_URL = /^https?:\/\/[^?#]*\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|gif)([?#]|$)/i;

/** What an input is, which says how to read it. */
export function kindOf(input: string): InputKind {
  if (input === "-") return "stdin";
  if (/^rtsps?:/i.test(input)) return "rtsp";
  if (input.startsWith("/dev/video")) return "device";
  if (FILE_URL.test(input) || /^file:/i.test(input)) return "file";
  return /^[a-z][a-z0-9+.-]+:/i.test(input) ? "stream" : "file";
}

/**
 * The command line that turns an input into JPEGs, one after the other, on standard output.
 *
 * @param legacy for ffmpeg before 5.1, which knows `-fps_mode` as `-vsync`
 */
export function ffmpegArguments(source: VideoInput, legacy: boolean): string[] {
  const filters = [
    ...(source.fps === undefined ? [] : [`fps=${source.fps}`]),
    ...(source.width === undefined ? [] : [`scale=${source.width}:-2`]),
  ];
  const stdin = source.input === "-";
  return [
    ...["-hide_banner", "-loglevel", "error", ...(stdin ? [] : ["-nostdin"])],
    ...inputArguments(source),
    ...["-i", stdin ? "pipe:0" : source.input],
    ...["-map", "0:v:0", "-an", "-sn", "-dn"],
    ...(filters.length > 0 ? ["-vf", filters.join(",")] : []),
    // Frames as they come: a camera without a steady rate would be given copies of its frames to make one.
    ...(legacy ? ["-vsync", "0"] : ["-fps_mode", "passthrough"]),
    ...["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p"],
    ...["-f", "image2pipe", "-flush_packets", "1", "pipe:1"],
  ];
}

function inputArguments({ input, loop, options }: VideoInput): string[] {
  const own = ownArguments(kindOf(input), loop);
  // What the operator says goes before what follows from the input.
  return [...own.filter(([option]) => !options.includes(option)).flat(), ...options];
}

function ownArguments(kind: InputKind, loop: boolean): Array<[string, ...string[]]> {
  switch (kind) {
    case "file":
      return [...(loop ? [["-stream_loop", "-1"] as [string, string]] : []), ["-re"]];
    case "stdin":
      return [["-re"]];
    case "device":
      return [["-f", "v4l2"]];
    case "rtsp":
      // Over UDP a lost packet smears the picture, and most firewalls drop it all.
      return [
        ["-rtsp_transport", "tcp"],
        ["-fflags", "nobuffer"],
      ];
    case "stream":
      return [["-fflags", "nobuffer"]];
  }
}
