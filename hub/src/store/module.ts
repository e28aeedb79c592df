import { defineModule } from "#contract/module.ts";
import { z } from "zod";
import { failureLines } from "./failure-lines.ts";
import { openStore } from "./open-store.ts";

export default defineModule({
  name: "store",
  summary: "Keeps small documents across restarts.",
  capability: { role: "service", takes: "JSON documents", gives: "JSON documents", transport: "SQLite file" },
  options: z.strictObject({}),
  provides: ["store"],
  async start({ dataDir, clock, log }) {
    const store = await openStore(dataDir, clock, { onFailure: failureLines(clock, log, dataDir) });
    return { services: { store }, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  },
});
