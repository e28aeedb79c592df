import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Telnet, TelnetOption, type Verb } from "./codes.ts";
import { negotiation, subnegotiation, terminalType, windowSize } from "./encode.ts";
import { MAX_SUBNEGOTIATION_BYTES, TelnetParser } from "./parser.ts";

type Event = readonly [kind: string, ...numbers: number[]];

/** All that came out; neighbouring data is joined, because packets may cut it anywhere. */
function read(...packets: readonly (readonly number[])[]): Event[] {
  const events: Event[] = [];
  const parser = new TelnetParser({
    data(bytes) {
      const last = events.at(-1);
      if (last?.[0] === "data") events[events.length - 1] = [...last, ...bytes];
      else events.push(["data", ...bytes]);
    },
    negotiation: (verb, option) => void events.push(["negotiation", verb, option]),
    subnegotiation: (option, bytes) => void events.push(["sub", option, ...bytes]),
    command: (code) => void events.push(["command", code]),
  });
  for (const packet of packets) parser.feed(Uint8Array.from(packet));
  return events;
}

const { IAC, SB, SE, WILL, WONT, DO, DONT, IP, AYT } = Telnet;

/** What PuTTY says first when told to negotiate actively, and what a GNU telnet answers. */
const CONVERSATION = [
  ...[IAC, WILL, 31, IAC, WILL, 32, IAC, WILL, 24, IAC, WILL, 39, IAC, DO, 1, IAC, WILL, 3, IAC, DO, 3],
  ...windowSize(255, 24),
  0x71,
  ...[IAC, SB, 24, 0, 0x78, IAC, IAC, 0x79, IAC, SE],
  ...[0x61, IAC, IAC, 0x62, IAC, IP, IAC, WONT, 6, IAC, DONT, 200, IAC, AYT, 0x63],
];

describe("a Telnet stream", () => {
  test("is taken apart into what was typed, negotiations, sub-negotiations and commands", () => {
    expect(read(CONVERSATION)).toEqual([
      ["negotiation", WILL, 31],
      ["negotiation", WILL, 32],
      ["negotiation", WILL, 24],
      ["negotiation", WILL, 39],
      ["negotiation", DO, 1],
      ["negotiation", WILL, 3],
      ["negotiation", DO, 3],
      ["sub", 31, 0, 255, 0, 24],
      ["data", 0x71],
      ["sub", 24, 0, 0x78, 255, 0x79],
      ["data", 0x61, 255, 0x62],
      ["command", IP],
      ["negotiation", WONT, 6],
      ["negotiation", DONT, 200],
      ["command", AYT],
      ["data", 0x63],
    ]);
  });

  test("means the same wherever it is cut in two, and byte by byte", () => {
    const whole = read(CONVERSATION);
    for (let cut = 0; cut <= CONVERSATION.length; cut++)
      expect(read(CONVERSATION.slice(0, cut), CONVERSATION.slice(cut))).toEqual(whole);
    expect(read(...CONVERSATION.map((byte) => [byte]))).toEqual(whole);
  });

  test("of any bytes means the same however it is cut", () => {
    const byte = fc.oneof(
      fc.constantFrom(IAC, IAC, IAC, SB, SE, WILL, WONT, DO, DONT, IP, 24, 31, 0x71),
      fc.nat({ max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 400 }), fc.array(fc.nat({ max: 400 })), (bytes, cuts) => {
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const packets = at.slice(1).map((end, k) => bytes.slice(at[k], end));
        const events = read(bytes);
        expect(read(...packets)).toEqual(events);
        for (const [kind, ...numbers] of events)
          if (kind === "sub") expect(numbers.length).toBeLessThanOrEqual(MAX_SUBNEGOTIATION_BYTES + 1);
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[string, number[], Event[]]>([
    [
      "a sub-negotiation of the largest size",
      [...subnegotiation(24, Array<number>(256).fill(7)), 1],
      [
        ["sub", 24, ...Array<number>(256).fill(7)],
        ["data", 1],
      ],
    ],
    ["one that is a byte longer", [...subnegotiation(24, Array<number>(257).fill(7)), 1], [["data", 1]]],
    ["one of ten thousand bytes", [...subnegotiation(24, Array<number>(10_000).fill(7)), 1], [["data", 1]]],
    ["one that never ends", [IAC, SB, 24, ...Array<number>(10_000).fill(7)], []],
    ["one with nothing in it", [...subnegotiation(31, [])], [["sub", 31]]],
    [
      "one whose end was forgotten",
      [IAC, SB, 24, 0, IAC, WILL, 31, 0x71],
      [
        ["negotiation", WILL, 31],
        ["data", 0x71],
      ],
    ],
    ["half a command", [0x61, IAC], [["data", 0x61]]],
    ["half a negotiation", [0x61, IAC, WILL], [["data", 0x61]]],
    [
      "an end without a beginning",
      [IAC, SE, 0x61],
      [
        ["command", SE],
        ["data", 0x61],
      ],
    ],
    [
      "commands that nobody knows",
      [IAC, 0, IAC, 100, 0x61],
      [
        ["command", 0],
        ["command", 100],
        ["data", 0x61],
      ],
    ],
    ["nothing but doubled bytes", [IAC, IAC, IAC, IAC], [["data", 255, 255]]],
  ])("with %s is survived", (_, bytes, events) => {
    expect(read(bytes)).toEqual(events);
  });

  test("is written as it is read", () => {
    expect(read([...negotiation(DO as Verb, TelnetOption.TIMING_MARK)])).toEqual([["negotiation", DO, 6]]);
    expect(read([...windowSize(0xffff, 120)])).toEqual([["sub", 31, 255, 255, 0, 120]]);
    expect(read([...terminalType("xterm")])).toEqual([["sub", 24, 0, ...Buffer.from("xterm")]]);
  });
});
