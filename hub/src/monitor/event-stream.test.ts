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

test("nothing is built while nobody listens", () => {
  let built = 0;
  const stream = new EventStream(() => ++built);
  stream.tick();
  expect(built).toBe(0);
  const { made } = listener();
  stream.add(made);
  for (let tick = 0; tick < 3; tick++) stream.tick();
  expect(built).toBe(4);
  stream.remove(made);
  stream.tick();
  expect(built).toBe(4);
});

test("all who listen share one buffer", () => {
  const stream = new EventStream(() => ({}));
  const [one, two] = [listener(), listener()];
  stream.add(one.made);
  stream.add(two.made);
  stream.tick();
  expect(one.got[1]).toBe(two.got[1]);
  expect(one.got[1]?.toString()).toBe("data: {}\n\n");
});

test("those who do not read are passed over, those who may not are dismissed", () => {
  const stream = new EventStream(() => ({}));
  const [slow, banned] = [listener(), listener()];
  stream.add(slow.made);
  stream.add(banned.made);
  slow.state.unsent = 300 * 1024;
  banned.state.may = false;
  stream.tick();
  expect([slow.got.length, banned.got.length, banned.ended.length, stream.size]).toEqual([1, 1, 1, 1]);
  slow.state.unsent = 0;
  stream.tick();
  expect(slow.got).toHaveLength(2);
});

test("a snapshot that throws reaches nobody, and the next one everybody", () => {
  let broken = false;
  const stream = new EventStream(() => {
    if (broken) throw new Error("no figure");
    return {};
  });
  const { made, got } = listener();
  stream.add(made);
  broken = true;
  expect(() => stream.tick()).toThrow("no figure");
  broken = false;
  stream.tick();
  expect(got).toHaveLength(2);
});
