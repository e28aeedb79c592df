import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { returnMemory } from "#transport/return-memory.ts";

type Collect = (options: { type: "major"; execution: "sync"; flavor: "last-resort" }) => void;

/**
 * Give back what loading the program left behind: source texts, schemas' scaffolding, V8's young space.
 * V8 would keep some 20 MB of it for as long as an idle hub gives it no reason to look.
 */
export function settleMemory(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as Collect)({ type: "major", execution: "sync", flavor: "last-resort" });
  returnMemory();
}
