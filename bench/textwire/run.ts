// Bytes per frame of each way to send text, beside the figures of the prototype in brackets; encode and decode time.
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

/** Measures the six sequences; `--quick` times one pass instead of the best of five. */
export default async function run(
  args: readonly string[] = [],
): Promise<{ table: Array<Record<string, string | number>>; notes: readonly string[] }> {
  const passes = args.includes("--quick") ? 1 : 5;
  const table = textSequences().map((sequence) => {
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
  console.table(table);
  return {
    table,
    notes: [
      "Mean bytes per frame, in brackets what the prototype took (pan: its bound with a moved base). Hybrid: 8-byte header included, raw deflate level 6 fresh per frame, a keyframe every 60 counted apart.",
      "“Plain level 6” ignores the encoder's advice on the deflate strategy; the other hybrid columns follow it.",
      `Times are means per frame over a sequence, best of ${passes}; encoding a delta includes the keyframe that it must not exceed.`,
    ],
  };
}

function beside(measured = Number.NaN, budget = Number.NaN): string {
  return `${Math.round(measured)} (${budget})`;
}
