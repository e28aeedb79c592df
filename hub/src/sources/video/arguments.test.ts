import { describe, expect, it } from "vitest";
import { ffmpegCall, kindOf, type LibavformatVersion, type VideoInput } from "./arguments.ts";

const source = (input: string, more: Partial<VideoInput> = {}): VideoInput => ({
  input,
  loop: true,
  options: [],
  ...more,
});
const call = (input: string, more?: Partial<VideoInput>, version: LibavformatVersion = [59, 27]) =>
  ffmpegCall(source(input, more), version);
const line = (...args: Parameters<typeof call>) => call(...args).args.join(" ");

it.each([
  ["film.mp4", "file"],
  ["/films/a film.mkv", "file"],
  ["file:///a.mp4", "file"],
  ["https://host/a.mp4?x=1", "file"],
  ["https://host/live.m3u8", "stream"],
  ["srt://host:9000", "stream"],
  ["rtsp://host/x", "rtsp"],
  ["rtsps://host/x", "rtsp"],
  ["/dev/video0", "device"],
  ["/dev/v4l/by-id/usb-046d_C920-video-index0", "device"],
  ["-", "stdin"],
])("%s is taken for a %s", (input, kind) => expect(kindOf(input)).toBe(kind));

it("files are played in real time and again, RTSP over TCP, devices by Video4Linux", () => {
  expect(line("a.mp4")).toMatch(/-stream_loop -1 -i a.mp4 .*-vf select=\S+,realtime=limit=60,setpts/);
  expect(line("a.mp4", { loop: false })).toContain("-nostdin -i a.mp4");
  expect(line("rtsp://host/x")).toMatch(/-rtsp_transport tcp .*-i rtsp:\/\/host\/x/);
  expect(line("/dev/video0")).toContain("-f v4l2 -thread_queue_size 128 ");
  expect(line("-")).toMatch(/-i pipe:0 .*-vf select=\S+,realtime=limit=60,setpts/);
  expect(line("-")).not.toContain("-nostdin");
});

it("live pictures are not held back by threads that take a whole frame each, films are decoded by all", () => {
  for (const input of ["rtsp://host/x", "srt://host:9000", "/dev/video0"])
    expect(line(input)).toMatch(/-thread_type slice .*-i .* -threads 1 -f image2pipe/);
  expect(line("a.mp4")).not.toContain("-thread_type");
  expect(line("a.mp4")).toMatch(/-i a.mp4 .* -threads 1 -f image2pipe/);
});

it("pictures are numbered before they are encoded, live ones have the times at which they came", () => {
  const inputs = ["a.mp4", "-", "https://host/live.m3u8", "rtsp://host/x", "srt://host:9000", "/dev/video0"];
  for (const input of inputs) expect(line(input)).toMatch(/-vf \S+,setpts=N\*60\/TB -fps_mode passthrough/);
  const timedByArrival = inputs.filter((input) => line(input).includes("-use_wallclock_as_timestamps 1"));
  expect(timedByArrival).toEqual(["rtsp://host/x", "srt://host:9000", "/dev/video0"]);
});

it("a silent camera is given up under the name that the option has in this ffmpeg", () => {
  expect(line("rtsp://host/x")).toContain(" -timeout 10000000 ");
  expect(line("rtsp://host/x", {}, [58, 76])).toContain(" -stimeout 10000000 ");
});

it("frames are passed on as they come, under the name that the option has in this ffmpeg", () => {
  expect(line("a.mp4")).toContain("-fps_mode passthrough");
  expect(line("a.mp4", {}, [59, 16])).toContain("-vsync 0");
});

it("the operator's options go before those that follow from the input", () => {
  const args = line("rtsp://host/x", { options: ["-rtsp_transport", "udp"] });
  expect(args).toContain("-rtsp_transport udp -i");
  expect(args).not.toContain("tcp");
});

it("pictures are scaled and thinned when that is asked for", () => {
  expect(line("a.mp4", { fps: 5, width: 320 })).toMatch(/-vf fps=5,select=\S+,scale=320:-2,realtime=limit=60,setpts/);
  expect(line("rtsp://host/x", { fps: 5, width: 320 })).toMatch(/-vf fps=5,select=\S+,scale=320:-2,setpts/);
});

it("a stream in segments is given out at its own pace, other streams as they come", () => {
  expect(line("https://host/live.m3u8")).toMatch(/-vf select=\S+,realtime=limit=60,setpts/);
  expect(line("https://host/live.m3u8")).not.toContain("-stream_loop");
  expect(line("srt://host:9000")).not.toContain("realtime");
});

it("a film without an index is opened anew for each round, as it cannot be wound back", () => {
  const { args, script } = call("films/a.ts");
  expect(args.join(" ")).toContain("-protocol_whitelist pipe,fd,file -i pipe:3");
  expect(args).not.toContain("-stream_loop");
  expect(script?.split("\n").slice(1, 3)).toEqual(Array(2).fill(`file 'file:${process.cwd()}/films/a.ts'`));
  expect(line("films/a.ts", { loop: false })).toContain("-i films/a.ts");
});

describe("an address with user, password or query", () => {
  const secret = "rtsp://me:it's@host/x?key=k";

  it("is not in the command line, but in a script on a pipe, with the options of its opening", () => {
    const { args, script } = call(secret);
    expect(args.join(" ")).toContain("-f concat -safe 0 -protocol_whitelist");
    expect(args.join(" ")).toMatch(/-use_wallclock_as_timestamps 1 .*-i pipe:3/);
    expect(args.join(" ")).not.toMatch(/it's|key=k/);
    expect(script).toBe(
      [
        "ffconcat version 1.0",
        String.raw`file 'rtsp://me:it'\''s@host/x?key=k'`,
        "option rtsp_transport 'tcp'",
        "option allowed_media_types 'video'",
        "option timeout '10000000'",
        "option fpsprobesize '0'",
        "",
      ].join("\n"),
    );
  });

  it("takes the operator's options along to where they belong", () => {
    const { args, script } = call(secret, { options: ["-rtsp_transport", "udp", "-hwaccel", "auto", "-ss", "-3"] });
    expect(script).toContain("option rtsp_transport 'udp'");
    expect(args.join(" ")).toContain("-hwaccel auto -ss -3");
    expect(args).not.toContain("udp");
  });

  it.each([
    ["an option whose place is not known", secret, { options: ["-f", "rtsp"] }, [59, 27]],
    ["a stray word", secret, { options: ["word"] }, [59, 27]],
    ["an ffmpeg whose scripts have no options", secret, {}, [58, 76]],
    ["a line break in it", "rtsp://me:a\nb@host/x", {}, [59, 27]],
  ] as const)("is in the command line with %s", (_name, input, more, version) => {
    const { args, script } = call(input, more, version);
    expect(args).toContain(input);
    expect(script).toBeUndefined();
  });
});
