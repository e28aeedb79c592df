import type { Metrics } from "#contract/metrics.ts";

/** How a picture came. */
export type Transport = "WebSocket" | "PUT" | "multipart";

/** Counts what came and what was refused. */
export interface Tallies {
  accepted(transport: Transport, bytes: number): void;
  refused(reason: string): void;
  /** A connection was closed because it sent rubbish without end. */
  abused(): void;
}

export function makeTallies(metrics: Metrics): Tallies {
  const accepted = metrics.counter("accepted_total", "Pictures that were published.", ["transport"]);
  const bytes = metrics.counter("accepted_bytes_total", "Their bytes.", ["transport"]);
  const refused = metrics.counter("refused_total", "Pictures and messages that were refused.", ["reason"]);
  const abused = metrics.counter("abuse_closed_total", "Connections closed because they sent rubbish without end.");
  return {
    accepted(transport, size) {
      accepted.add(1, { transport });
      bytes.add(size, { transport });
    },
    refused: (reason) => refused.add(1, { reason }),
    abused: () => abused.add(1),
  };
}
