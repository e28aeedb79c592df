import { resolve } from "node:path";
import type { FfmpegCall, LibavformatVersion } from "./arguments.ts";

/** The first libavformat whose scripts can carry options (ffmpeg 5.0). */
export const OPENED_BY_SCRIPT: LibavformatVersion = [59, 0];

/** Options of demuxers and protocols, which go where the address is opened. */
const OPENING = new Set(
  "rtsp_transport rtsp_flags allowed_media_types timeout rw_timeout user_agent headers cookies referer http_proxy tls_verify ca_file cert_file key_file verifyhost buffer_size reorder_queue_size max_delay min_port max_port initial_pause fflags probesize analyzeduration".split(
    " ",
  ),
);
/** Options of the program, of its decoders and of every demuxer, the script's too, which stay in the command line. */
const CALLING = new Set(
  "re readrate stream_loop r t ss thread_queue_size use_wallclock_as_timestamps threads thread_type flags hwaccel hwaccel_device hwaccel_output_format c:v codec:v vcodec".split(
    " ",
  ),
);
/** Asked for twice: the script has its own analysis of what it opens. */
const BOTH = new Set(["fpsprobesize"]);

/** As many rounds as a script has; then the program is started again. */
const ROUNDS = 1000;
const HAS_SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/** What a script with a network address may reach: no files. */
const PROTOCOLS =
  "pipe,fd,crypto,data,tcp,udp,udplite,tls,http,https,httpproxy,rtp,srtp,rtsp,rtmp,rtmps,rtmpt,rtmpts,rtmpe,ffrtmphttp,srt,rist,mmsh,mmst,ftp,sftp,gopher,gophers,async,cache,subfile,hls";

/**
 * A call whose address, with user and password, is not in the command line, which every user of the machine can
 * read: ffmpeg reads it from a script (the concat demuxer's `ffconcat`) that it is handed on file descriptor 3.
 * Undefined when it cannot be said whose an option is.
 *
 * @param repeated open it again and again, for what cannot be sought in
 */
export function addressScript(
  address: string,
  options: readonly (readonly [name: string, ...value: string[]])[],
  repeated = false,
): FfmpegCall | undefined {
  const isFile = !HAS_SCHEME.test(address) || /^file:/i.test(address);
  const entry = [`file ${quote(HAS_SCHEME.test(address) ? address : `file:${resolve(address)}`)}`];
  const args: string[] = [];
  for (const [name, ...values] of options) {
    const bare = name.replace(/^-/, "");
    const [value] = values;
    const opening = OPENING.has(bare) || BOTH.has(bare);
    if (opening && value !== undefined) entry.push(`option ${bare} ${quote(value)}`);
    else if (opening || !CALLING.has(bare)) return undefined;
    if (!OPENING.has(bare) && !(repeated && bare === "stream_loop")) args.push(name, ...values);
  }
  if (entry.some((line) => /[\r\n]/.test(line))) return undefined;
  const block = `${entry.join("\n")}\n`;
  const reader = ["-f", "concat", "-safe", "0", "-protocol_whitelist", isFile ? "pipe,fd,file" : PROTOCOLS];
  return {
    args: [...args, ...reader, "-i", "pipe:3"],
    script: `ffconcat version 1.0\n${block.repeat(repeated ? ROUNDS : 1)}`,
  };
}

/** As ffmpeg's scripts want it: nothing is special between single quotes but their end. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
