import { Telnet, TelnetOption } from "@lightwell/wire/telnet/codes.ts";
import { negotiation, terminalType, windowSize } from "@lightwell/wire/telnet/encode.ts";
import { TelnetParser } from "@lightwell/wire/telnet/parser.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Negotiation } from "./negotiation.ts";
import { kindOf } from "./terminal-kind.ts";

const { IAC, SB, SE, WILL, WONT, DO, DONT } = Telnet;
const { NAWS, TTYPE, TIMING_MARK, ECHO, SGA, BINARY } = TelnetOption;

/** The hub's side, asked its questions, and what it answers to bytes. */
function server() {
  const answers: number[] = [];
  let marks = 0;
  const hub = new Negotiation({
    answer: (bytes) => answers.push(...bytes),
    changed: () => undefined,
    marked: () => marks++,
  });
  hub.ask();
  const parser = new TelnetParser({
    data: () => undefined,
    negotiation: (verb, option) => hub.onNegotiation(verb, option),
    subnegotiation: (option, bytes) => hub.onSubnegotiation(option, bytes),
  });
  return {
    hub,
    answers,
    get marks() {
      return marks;
    },
    hears: (...bytes: Iterable<number>[]) => {
      const before = answers.length;
      for (const part of bytes) parser.feed(Uint8Array.from(part));
      return answers.slice(before);
    },
  };
}

const SEND_TYPE = [IAC, SB, TTYPE, 1, IAC, SE];

describe("negotiation", () => {
  it("asks for single keys, the type, the size and a mark", () => {
    expect([...Negotiation.questions]).toEqual([255, 251, 1, 255, 251, 3, 255, 253, 24, 255, 253, 31, 255, 253, 6]);
  });

  it("learns type and size from a telnet that answers", () => {
    const { hub, hears } = server();
    expect(hub.answered).toBe(false);
    expect(hears([IAC, DO, ECHO, IAC, DO, SGA, IAC, WILL, TTYPE])).toEqual(SEND_TYPE);
    expect(hub.settled).toBe(false);
    expect(hears(terminalType("XTERM-256COLOR"))).toEqual([]);
    expect(hears([IAC, WILL, NAWS], windowSize(200, 60))).toEqual([]);
    expect(hub).toMatchObject({ answered: true, settled: true, hasTerminal: true, terminal: "xterm-256color" });
    expect(hub.size).toEqual({ cols: 200, rows: 60 });
    hears(windowSize(255, 255));
    expect(hub.size).toEqual({ cols: 255, rows: 255 });
  });

  it("gets on with a PuTTY that negotiates actively", () => {
    const { hub, hears } = server();
    // WILL NAWS, WILL TSPEED, WILL TTYPE, WILL NEW_ENVIRON, DO ECHO, WILL SGA, DO SGA; before it has seen our questions.
    const opening = [31, 32, 24, 39].flatMap((option) => [IAC, WILL, option]);
    expect(hears(opening, [IAC, DO, ECHO, IAC, WILL, SGA, IAC, DO, SGA])).toEqual([
      ...negotiation(DONT, 32),
      ...SEND_TYPE,
      ...negotiation(DONT, 39),
      ...negotiation(DO, SGA),
    ]);
    // Its answers to ours, which change nothing.
    expect(hears([IAC, WILL, TTYPE, IAC, WILL, NAWS, IAC, DO, ECHO])).toEqual([]);
    hears(windowSize(80, 24), terminalType("xterm"));
    expect(hub).toMatchObject({ settled: true, terminal: "xterm", size: { cols: 80, rows: 24 } });
  });

  it("knows a program without a terminal, as curl", () => {
    const { hub, hears } = server();
    hears([IAC, DO, ECHO, IAC, DO, SGA, IAC, WONT, TTYPE, IAC, WILL, NAWS], windowSize(0, 0), [IAC, WONT, TIMING_MARK]);
    expect(hub).toMatchObject({ settled: true, hasTerminal: false });
  });

  it("takes either answer to a mark, and gives one to those who ask", () => {
    const peer = server();
    peer.hears([IAC, WILL, TIMING_MARK, IAC, WONT, TIMING_MARK]);
    expect(peer.marks).toBe(2);
    expect(peer.hears([IAC, DO, TIMING_MARK])).toEqual([...negotiation(WILL, TIMING_MARK)]);
  });

  it.each<[string, number[], number[]]>([
    ["a refusal of all that was asked", [IAC, WONT, NAWS, IAC, WONT, TTYPE, IAC, DONT, ECHO, IAC, DONT, SGA], []],
    ["a refusal repeated", [IAC, WONT, NAWS, IAC, WONT, NAWS, IAC, WONT, NAWS], []],
    ["an agreement repeated", [IAC, DO, ECHO, IAC, DO, ECHO, IAC, DO, ECHO], []],
    ["an option that nobody knows, offered", [IAC, WILL, 99], [...negotiation(DONT, 99)]],
    ["the same, again and again", [IAC, WILL, 99, IAC, WILL, 99, IAC, WILL, 99], [...negotiation(DONT, 99)]],
    ["an option that nobody knows, wanted", [IAC, DO, 99, IAC, DO, 99], [...negotiation(WONT, 99)]],
    ["what was off, switched off", [IAC, WONT, 99, IAC, DONT, 99], []],
    ["what is on, switched off", [IAC, WILL, NAWS, IAC, WONT, NAWS], [...negotiation(DONT, NAWS)]],
    ["our echo, switched off", [IAC, DO, ECHO, IAC, DONT, ECHO], [...negotiation(WONT, ECHO)]],
    [
      "eight-bit bytes",
      [IAC, DO, BINARY, IAC, WILL, BINARY],
      [...negotiation(WILL, BINARY), ...negotiation(DO, BINARY)],
    ],
    ["a size of three bytes", [IAC, SB, NAWS, 0, 80, 24, IAC, SE], []],
    ["a size of nothing", [IAC, SB, NAWS, IAC, SE], []],
    ["a size of ten thousand bytes", [IAC, SB, NAWS, ...Array<number>(10_000).fill(1), IAC, SE], []],
    ["a type that is a question", [IAC, SB, TTYPE, 1, IAC, SE], []],
    ["a sub-negotiation of something else", [IAC, SB, 39, 0, 1, 2, IAC, SE], []],
  ])("answers %s with no more than it must", (_, bytes, expected) => {
    expect(server().hears(bytes)).toEqual(expected);
  });

  it("falls silent towards a loop", () => {
    const { hears, answers } = server();
    for (let n = 0; n < 5000; n++) hears([IAC, WILL, NAWS, IAC, WONT, NAWS]);
    expect(answers.length).toBeLessThanOrEqual(100 * SEND_TYPE.length);
    expect(hears([IAC, WILL, NAWS, IAC, WONT, NAWS])).toEqual([]);
  });

  it("is never talked into a loop by another server of its kind", () => {
    const [a, b] = [server(), server()];
    let [toA, toB] = [[...Negotiation.questions], [...Negotiation.questions]];
    for (let round = 0; round < 20; round++) [toA, toB] = [b.hears(toB), a.hears(toA)];
    expect([...toA, ...toB]).toEqual([]);
  });

  it("keeps of a name what can be printed", () => {
    const { hub, hears } = server();
    hears(terminalType(`\x1b[31mX\u0000TERM ${"y".repeat(200)}`));
    expect(hub.terminal).toMatch(/^\[31mxterm+y+$/);
    expect(hub.terminal?.length).toBeLessThanOrEqual(40);
  });

  it("survives any bytes", () => {
    const byte = fc.oneof(fc.constantFrom(IAC, IAC, SB, SE, WILL, WONT, DO, DONT, 1, 3, 6, 24, 31), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 600 }), (bytes) => {
        const { hub, answers, hears } = server();
        hears(bytes);
        expect(answers.length).toBeLessThanOrEqual(606);
        if (hub.size) expect(Math.max(hub.size.cols, hub.size.rows)).toBeLessThanOrEqual(0xffff);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a terminal's name", () => {
  it.each([
    ["xterm-direct", "24bit", "quadrant"],
    ["XTERM-TRUECOLOR", "24bit", "quadrant"],
    ["xterm-kitty", "24bit", "quadrant"],
    ["xterm-ghostty", "24bit", "quadrant"],
    ["xterm-256color", "256", "quadrant"],
    ["screen-256color", "256", "quadrant"],
    ["screen", "256", "quadrant"],
    ["xterm", "16", "quadrant"],
    ["linux", "16", "half"],
    ["ansi", "16", "ascii"],
    ["vt100", "mono", "ascii"],
    ["vt220", "mono", "ascii"],
    ["dumb", "mono", "ascii"],
    ["who-knows", "256", "quadrant"],
    ["", "256", "quadrant"],
    [undefined, "256", "quadrant"],
  ])("%s means %s colours and the glyphs %s", (name, depth, set) => {
    expect(kindOf(name)).toEqual({ depth, set });
  });
});
