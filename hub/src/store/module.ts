import { defineModule } from "#contract/module.ts";
import { z } from "zod";
import { openStore } from "./open-store.ts";

export default defineModule({
  name: "store",
  summary: "Keeps small documents across restarts.",
  capability: { role: "service", takes: "JSON documents", gives: "JSON documents", transport: "SQLite file" },
  options: z.strictObject({}),
  provides: ["store"],
  async start({ dataDir, clock }) {
    const store = await openStore(dataDir, clock);
    return { services: { store }, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
  },
});
