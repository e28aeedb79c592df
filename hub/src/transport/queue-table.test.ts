import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sendQueues } from "./queue-table.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (local: string, remote: string, queue: string) =>
  `   0: 0100007F:${local} 0100007F:${remote} 01 ${queue}:00000000 01:00000018 00000000     0        0 12345 2 0000000000000000\n`;

describe("the table of send queues", () => {
  it("is read by local and remote port", () => {
    const queues = sendQueues(HEAD + line("1F90", "C350", "0000BB80") + line("0016", "FFFF", "00000000"));
    expect([...queues]).toEqual([
      ["8080:50000", 48_000],
      ["22:65535", 0],
    ]);
  });

  it("knows the longer addresses of tcp6", () => {
    const text = `   1: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C350 01 00000010:00000000 00:00000000\n`;
    expect(sendQueues(text).get("8080:50000")).toBe(16);
  });

  it("takes the larger queue when two peers have the same port", () => {
    expect(sendQueues(line("1F90", "C350", "00000001") + line("1F90", "C350", "00000009")).get("8080:50000")).toBe(9);
  });

  it("passes over what is no line of it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(() => sendQueues(text)).not.toThrow();
      }),
    );
    expect(sendQueues(HEAD).size).toBe(0);
  });
});
