import type { ClientReport } from "./messages.ts";

/** Answer the benchmark's messages in a process of viewers; returns what takes the age of each picture, in ms. */
export function reportAges(): (ageMs: number) => void {
  let ages: number[] = [];
  let measuring = false;
  process.on("message", (message) => {
    if (message === "mark") {
      ages = [];
      measuring = true;
    } else if (message === "report") {
      measuring = false;
      process.send?.({ delivered: ages.length, ages } satisfies ClientReport);
    } else process.exit(0);
  });
  process.on("disconnect", () => process.exit(0));
  return (ageMs) => {
    if (measuring) ages.push(ageMs);
  };
}
