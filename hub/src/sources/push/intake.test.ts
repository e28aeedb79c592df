import { ManualClock } from "#core/manual-clock.ts";
import { expect, it } from "vitest";
import { Intake } from "./intake.ts";

function setUp() {
  const clock = new ManualClock();
  const intake = new Intake(clock, 1000);
  const cut: string[] = [];
  const open = (name: string) => {
    const line = { bytesRead: 50 };
    return { line, incoming: intake.add(line, () => cut.push(name)) };
  };
  return { clock, cut, open };
}

it("cuts off who holds most, and no more than needed, when all together hold too much", () => {
  const { clock, cut, open } = setUp();
  const [a, b, c] = [open("a"), open("b"), open("c")];
  a.line.bytesRead += 300;
  b.line.bytesRead += 600;
  clock.advance(1000);
  expect(cut).toEqual([]);
  c.line.bytesRead += 200;
  clock.advance(250);
  expect(cut).toEqual(["b"]);
});

it("counts only what has come since the last whole picture", () => {
  const { clock, cut, open } = setUp();
  const { line, incoming } = open("a");
  for (let i = 0; i < 100; i++) {
    line.bytesRead += 900;
    clock.advance(250);
    incoming.next();
  }
  expect(cut).toEqual([]);
});

it("leaves no timer when nothing comes in", () => {
  const { clock, open } = setUp();
  const both = [open("a"), open("b")];
  for (const { incoming } of both) {
    incoming.end();
    incoming.end();
  }
  expect(clock.pending).toBe(0);
});
