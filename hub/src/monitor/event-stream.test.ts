import { ManualClock } from "#core/manual-clock.ts";
import { expect, test } from "vitest";
import { EventStream, type Listener } from "./event-stream.ts";

function listener(state: { unsent: number; may: boolean } = { unsent: 0, may: true }) {
  const [got, ended]: [Buffer[], number[]] = [[], []];
  const made: Listener = {
    get writableLength() {
      return state.unsent;
    },
    write: (bytes) => got.push(bytes),
    end: () => ended.push(1),
    mayListen: () => state.may,
  };
  return { ...state, made, got, ended, state };
}

function setUp(snapshot: () => unknown = () => ({})) {
  const clock = new ManualClock();
  const errors: unknown[] = [];
  return { clock, errors, stream: new EventStream(clock, snapshot, (error) => errors.push(error)) };
}

test("nothing is built while nobody listens", () => {
  let built = 0;
  const { clock, stream } = setUp(() => ++built);
  clock.advance(10_000);
  expect([built, clock.pending]).toEqual([0, 0]);
  const { made } = listener();
  stream.add(made);
  clock.advance(3000);
  expect([built, clock.pending]).toEqual([4, 1]);
  stream.remove(made);
  clock.advance(3000);
  expect([built, clock.pending]).toEqual([4, 0]);
});

test("all who listen share one buffer", () => {
  const { clock, stream } = setUp();
  const [one, two] = [listener(), listener()];
  stream.add(one.made);
  stream.add(two.made);
  clock.advance(1000);
  expect(one.got[1]).toBe(two.got[1]);
  expect(one.got[1]?.toString()).toBe("data: {}\n\n");
});

test("who does not read is passed over, who may not is dismissed", () => {
  const { clock, stream } = setUp();
  const [slow, banned] = [listener(), listener()];
  stream.add(slow.made);
  stream.add(banned.made);
  slow.state.unsent = 300 * 1024;
  banned.state.may = false;
  clock.advance(1000);
  expect([slow.got.length, banned.got.length, banned.ended.length, stream.size]).toEqual([1, 1, 1, 1]);
  slow.state.unsent = 0;
  clock.advance(1000);
  expect(slow.got).toHaveLength(2);
});

test("a figure that throws is told, and the next second works again", () => {
  let broken = false;
  const { clock, stream, errors } = setUp(() => {
    if (broken) throw new Error("no figure");
    return {};
  });
  const { made, got } = listener();
  stream.add(made);
  broken = true;
  clock.advance(1000);
  broken = false;
  clock.advance(1000);
  expect([got.length, errors.length]).toEqual([2, 1]);
});
