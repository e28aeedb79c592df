// Bytes per frame of each way to send text, beside the figures of the prototype in brackets; encode and decode time.
// Then what it costs to send frames to many viewers, with the hub and the viewers in processes of their own.
import { BUDGETS } from "./budgets.ts";
import {
  advisedDeflate,
  measureAnsiDiff,
  measureChange,
  measureHybrid,
  measureJsonRuns,
  plainDeflate,
} from "./measure.ts";
import { textSequences } from "./sequences.ts";
import { fanOut, stopAndResume, type Row } from "./viewers.ts";

/**
 * Measures the six sequences, then viewers of the pan; `--quick` takes each once instead of the best of several.
 * `--only=bytes` or `--only=viewers` leaves out the rest.
 */
export default async function run(
  args: readonly string[] = [],
): Promise<{ table: Array<Record<string, string | number>>; notes: readonly string[] }> {
  const only = args.find((arg) => arg.startsWith("--only="))?.slice(7);
  const quick = args.includes("--quick");
  const table: Row[] = only === "viewers" ? [] : bytesPerFrame(quick ? 1 : 5);
  if (only !== "bytes") table.push(...(await viewers(quick ? 1 : 3)));
  return {
    table,
    notes: [
      "Mean bytes per frame, in brackets what the prototype took (pan: its bound with a moved base). Hybrid: 8-byte header included, raw deflate level 6 fresh per frame, a keyframe every 60 counted apart.",
      "“Plain level 6” ignores the encoder's advice on the deflate strategy; the other hybrid columns follow it.",
      "Encode and decode: means per frame over a sequence, best of five; encoding a delta includes the keyframe that it must not exceed.",
      "Viewers: over loopback, on the machine that also runs them; user and system time of the server process, encoding included, best of three. One viewer decodes every frame and compares it with what was published.",
      "Viewers that stop: read nothing for eight seconds while the others read on, then read again and wait for a frame that is as new as the others'.",
    ],
  };
}

async function viewers(repeats: number): Promise<Row[]> {
  return [
    await fanOut("json-deflate", 100, { repeats }),
    await fanOut("lightwell", 100, { repeats }),
    await fanOut("lightwell", 1000, { repeats }),
    await stopAndResume(100, repeats),
  ];
}

function bytesPerFrame(passes: number): Row[] {
  return textSequences().map((sequence) => {
    const budget = BUDGETS.find(({ sequence: name }) => name === sequence.name);
    const plain = measureHybrid(sequence, plainDeflate);
    const advised = Array.from({ length: passes }, () => measureHybrid(sequence, advisedDeflate));
    const [hybrid] = advised;
    return {
      sequence: sequence.name,
      "cells changed": `${(100 * measureChange(sequence)).toFixed(1)} %`,
      "JSON runs": beside(measureJsonRuns(sequence), budget?.jsonRuns),
      "ANSI 24-bit diff": beside(measureAnsiDiff(sequence), budget?.ansiDiff),
      "hybrid delta": beside(hybrid?.deltaBytes, budget?.delta),
      "hybrid K": beside(hybrid?.keyBytes, budget?.key),
      "delta, plain level 6": beside(plain.deltaBytes, budget?.delta),
      "K, plain level 6": beside(plain.keyBytes, budget?.key),
      "encode ms": Math.min(...advised.map(({ encodeMs }) => encodeMs)).toFixed(2),
      "decode ms": Math.min(...advised.map(({ decodeMs }) => decodeMs)).toFixed(2),
    };
  });
}

function beside(measured = Number.NaN, budget = Number.NaN): string {
  return `${Math.round(measured)} (${budget})`;
}
