import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("things are done in their order, whichever of them are waited for", async () => {
  const done: string[] = [];
  const turns = new Turns();
  const say = (word: string) => () => void done.push(word);
  turns.take(say("a"));
  turns.take(() => turns.takeAfter(undefined, say("b")));
  turns.take(() => turns.takeAfter(Promise.resolve(), say("c")));
  turns.take(say("d"));
  turns.take(() => turns.takeAfter(Promise.resolve(), say("e")));
  turns.take(say("f"));
  expect(done).toEqual(["a", "b"]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual(["a", "b", "c", "d", "e", "f"]);
  turns.take(say("g"));
  expect(done.at(-1)).toBe("g");
});
