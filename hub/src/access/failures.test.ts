import { HubError } from "#contract/errors.ts";
import { ManualClock } from "#core/manual-clock.ts";
import { expect, test } from "vitest";
import { Failures } from "./failures.ts";

function blocked(failures: Failures, address: string, hash = "right"): number | false {
  try {
    failures.check(address, hash);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(HubError);
    return (error as HubError).retryAfterSeconds ?? 0;
  }
}

const fail = (failures: Failures, address: string, times: number) => {
  for (let i = 0; i < times; i++) failures.add(address, `guess ${++guesses}`);
};
let guesses = 0;

test("ten in a minute block, nine do not, and the minute ends", () => {
  const clock = new ManualClock();
  const failures = new Failures(clock);
  fail(failures, "10.0.0.1", 9);
  expect(blocked(failures, "10.0.0.1")).toBe(false);
  clock.advance(20_000);
  fail(failures, "10.0.0.1", 1);
  expect(blocked(failures, "10.0.0.1")).toBe(40);
  expect(blocked(failures, "10.0.0.2")).toBe(false);
  clock.advance(40_000);
  expect(blocked(failures, "10.0.0.1")).toBe(false);
  fail(failures, "10.0.0.1", 9);
  expect(blocked(failures, "10.0.0.1")).toBe(false);
});

test.each([
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["::1", "::2", true],
  ["::ffff:10.0.0.1", "10.0.0.1", true],
  ["10.0.0.1", "10.0.0.11", false],
])("%s and %s count as one: %s", (one, other, same) => {
  const failures = new Failures(new ManualClock());
  fail(failures, one, 10);
  expect(blocked(failures, other) !== false).toBe(same);
});

test("a token that was right at the address before goes on, and only there", () => {
  const failures = new Failures(new ManualClock());
  failures.proved("10.0.0.1", "right");
  fail(failures, "10.0.0.1", 10);
  fail(failures, "10.0.0.2", 10);
  expect(blocked(failures, "10.0.0.1")).toBe(false);
  expect(blocked(failures, "10.0.0.1", "another that is right")).toBe(60);
  expect(blocked(failures, "10.0.0.2")).toBe(60);
});

test("a flood of right tokens pushes out the one that was longest not used", () => {
  const failures = new Failures(new ManualClock());
  for (const hash of ["first", "second"]) failures.proved("10.0.0.1", hash);
  for (let i = 0; i < 9999; i++) {
    failures.proved(`address ${i}`, "right");
    failures.proved("10.0.0.1", "first");
  }
  fail(failures, "10.0.0.1", 10);
  expect(blocked(failures, "10.0.0.1", "first")).toBe(false);
  expect(blocked(failures, "10.0.0.1", "second")).toBe(60);
});

test("one wrong token over and over is refused for itself, and blocks nobody else at its address", () => {
  const failures = new Failures(new ManualClock());
  const codes = Array.from({ length: 12 }, () => failures.add("10.0.0.1", "stale").code);
  expect(codes).toEqual([...Array<string>(10).fill("unauthorized"), "too-many-requests", "too-many-requests"]);
  expect(blocked(failures, "10.0.0.1")).toBe(false);
});

test("a flood of addresses pushes out the oldest, it does not fill the memory", () => {
  const failures = new Failures(new ManualClock());
  fail(failures, "first", 10);
  for (let i = 0; i < 10_000; i++) failures.add(`address ${i}`, "guess");
  expect(blocked(failures, "first")).toBe(false);
});
