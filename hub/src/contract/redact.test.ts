import { expect, it } from "vitest";
import { redactAddress, redactText } from "./redact.ts";

it.each([
  ["rtsp://user:secret@camera:554/live?token=secret#x", "rtsp://camera:554/live"],
  ["http://user@host", "http://host"],
  ["http://user:p@ss@host/a", "http://host/a"],
  ["http://user:sec/ret@host/a", "http://host/a"],
  ["http://[::1]:80/a@2x.jpg", "http://[::1]:80/a@2x.jpg"],
  ["http://host/a@2x.jpg", "http://host/a@2x.jpg"],
  ["http://host:8080/a@2x.jpg?key=secret", "http://host:8080/a@2x.jpg"],
  ["/videos/film.mp4", "/videos/film.mp4"],
  ["-", "-"],
])("of %s only %s is shown", (address, shown) => expect(redactAddress(address)).toBe(shown));

it("takes secrets out of the words of another program", () => {
  expect(redactText("[rtsp] rtsp://u:secret@cam/x?k=secret: Connection refused 'http://a:b@c'")).toBe(
    "[rtsp] rtsp://cam/x Connection refused 'http://c'",
  );
});
