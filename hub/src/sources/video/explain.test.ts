import { expect, it } from "vitest";
import { explain } from "./explain.ts";

const camera = "rtsp://me:secret@10.0.0.5/x?key=secret";

it.each([
  [
    "rtsp://me:wrong@host/x",
    "[rtsp @ 0x5621dee508c0] method DESCRIBE failed: 401 Unauthorized\nrtsp://me:wrong@host/x: Server returned 401 Unauthorized (authorization failed)",
    "it answers 401: user or password is missing or wrong",
  ],
  [
    camera,
    "[tcp @ 0x5590eb363640] Connection to tcp://127.0.0.1:9?timeout=0 failed: Connection refused\nrtsp://me:secret@127.0.0.1:9/x: Connection refused",
    "the connection is refused",
  ],
  [
    camera,
    "[tcp @ 0x55d905243500] Failed to resolve hostname no.such.invalid: Name or service not known\nx: Input/output error",
    "no machine is named no.such.invalid",
  ],
  [
    camera,
    "[rtsp @ 0x55baa67aacc0] method PLAY failed: 454 Session Not Found\nrtsp://h/x: Server returned 4XX Client Error, but not one of 40{0,1,3,4}",
    "it has no pictures, only sound or data",
  ],
  [camera, "pipe:3: Invalid data found when processing input", "it does not answer as an RTSP server"],
  [
    camera,
    "[h264 @ 0x5]  no frame!\npipe:3: Connection timed out\n    Last message repeated 1 times",
    "no answer for 10 s",
  ],
  [
    "/dev/video7",
    "[video4linux2,v4l2 @ 0x562c419ad940] Cannot open video device /dev/video7: No such file or directory\n/dev/video7: No such file or directory",
    "there is no such device",
  ],
  ["/dev/video7", "/dev/video7: No such device or address", "there is no such device"],
  ["/dev/video0", "/dev/video0: Device or resource busy", "it is in use by another program"],
  [
    "/dev/video0",
    "[video4linux2,v4l2 @ 0x56] Cannot open video device /dev/video0: Permission denied\n/dev/video0: Permission denied",
    "the group video",
  ],
  [
    "/dev/video1",
    "[video4linux2,v4l2 @ 0x55] ioctl(VIDIOC_QUERYCAP): Inappropriate ioctl for device\n/dev/video1: Inappropriate ioctl for device",
    "it gives no pictures",
  ],
  [
    "song.mp3",
    "Stream map '0:v:0' matches no streams.\nTo ignore this, add a trailing '?' to the map.",
    "it has no pictures, only sound or data",
  ],
  [
    "a.mp4",
    "[mov,mp4 @ 0x55fff] moov atom not found\na.mp4: Invalid data found when processing input",
    "it is cut off",
  ],
  ["/films", "/films: Is a directory", "it is a folder"],
  ["a.mp4", "a.mp4: No such file or directory", "there is no such file"],
  [
    "a.mp4",
    "Unrecognized option 'blah'.\nError splitting the argument list: Option not found",
    "this ffmpeg has no option blah",
  ],
  ["a.mp4", "Option rw_timeout not found.", "this ffmpeg has no option rw_timeout"],
  ["xyz://a", "xyz://a: Protocol not found\nDid you mean file:xyz://a?", "does not read such addresses"],
])("of %s and its words %j says what to do", (input, words, reason) => {
  expect(explain(words, input)).toContain(reason);
});

it("gives back the last line of what it does not know, without ffmpeg's addresses and without secrets", () => {
  expect(explain("first\n[rtsp @ 0x55d0] strange things at rtsp://me:secret@h/x\n\n", camera)).toBe(
    "strange things at rtsp://h/x",
  );
  // The password has blanks: no pattern of addresses finds where it ends.
  const blank = "rtsp://me:a secret@h/x";
  expect(explain(`Impossible to open '${blank}'`, blank)).toBe("Impossible to open 'rtsp://h/x'");
  expect(explain("", camera)).toBe("");
});
