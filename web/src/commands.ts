import { texts } from "./texts.ts";

export interface Command {
  readonly label: string;
  readonly command: string;
}

/** How to publish into a channel, ready to paste. `hub` is the hub's address without a slash at the end. */
export function publishCommands(hub: string, channel: string): Command[] {
  const header = `"Authorization: Bearer TOKEN"`;
  return [
    { label: texts.commands.curl, command: `curl -T picture.jpg -H ${header} ${hub}/ingest/${channel}` },
    {
      label: texts.commands.ffmpeg,
      command: `ffmpeg -re -stream_loop -1 -i video.mp4 -c:v mjpeg -q:v 4 -f mpjpeg -method PUT -content_type "multipart/x-mixed-replace;boundary=ffmpeg" -headers ${header} ${hub}/ingest/${channel}`,
    },
  ];
}

/** Where to watch a channel. */
export function watchLinks(hub: string, channel: string): Command[] {
  return [
    { label: texts.commands.page, command: `${hub}/watch/${channel}` },
    { label: texts.commands.mjpeg, command: `${hub}/video_feed/${channel}` },
    { label: texts.commands.snapshot, command: `${hub}/snapshot/${channel}` },
  ];
}
