import { quantile, type ServerKind } from "./messages.ts";
import { measure, type GroupOfViewers } from "./measure.ts";

type Row = Record<string, string | number>;

const KINDS: readonly ServerKind[] = ["raw", "lightwell", "res"];
const FPS = 30;

/**
 * Fan-out of one channel to many viewers over loopback: CPU of the server process per delivered picture, deliveries,
 * latency; and what slow viewers see, and do to fast ones.
 */
export default async function run(args: readonly string[]): Promise<{ table: Row[]; notes: readonly string[] }> {
  const quick = args.includes("--quick");
  const only = args.find((arg) => arg.startsWith("--only="))?.slice(7);
  const table: Row[] = [];
  const add = (rows: Row[]) => {
    for (const row of rows)
      console.log(
        Object.entries(row)
          .map(([key, value]) => `${key} ${value}`)
          .join(" · "),
      );
    table.push(...rows);
  };
  if (only !== "slow") {
    const sizes = [30_000, 100_000];
    for (const bytes of sizes)
      for (const viewers of quick ? [500] : [100, 500, 1000]) add(await fanOut(bytes, viewers, quick ? 2 : 3));
  }
  if (only !== "fan") add(await slowBesideFast(quick));
  return {
    table,
    notes: [
      `${FPS} pictures/s, server and viewers on one machine over loopback; CPU is user + system of the server process, of which most is the kernel's copying.`,
      "cpu: least of the repeats; delivered, p50 and p99: their median. ×raw: cpu against the raw floor of the same line.",
      "raw: socket.write of one shared Buffer, nothing else. res: response.write, chunked. lightwell: the hub with http, access and mjpeg.",
      "slow: 20 viewers that read 100 kB/s of 48 kB pictures, 10 s measured after 15 s; fast p99 and delivered are of the 50 fast ones beside them.",
    ],
  };
}

/** Kinds take turns, so that a busy moment of the machine does not fall on one of them. */
async function fanOut(bytes: number, viewers: number, repeats: number): Promise<Row[]> {
  const runs: Record<ServerKind, Array<{ cpu: number; share: number; p50: number; p99: number }>> = {
    raw: [],
    lightwell: [],
    res: [],
  };
  for (let i = 0; i < repeats; i++) {
    for (const kind of KINDS) {
      const { server, clients } = await measure({ kind, bytes, fps: FPS }, [{ viewers }], {
        warmMs: 1500,
        measureMs: 3000,
      });
      const { delivered = 0, ages = [] } = clients[0] ?? {};
      runs[kind].push({
        cpu: server.cpuUs / delivered,
        share: delivered / (server.published * viewers),
        p50: quantile(ages, 0.5),
        p99: quantile(ages, 0.99),
      });
    }
  }
  const least = (kind: ServerKind) => Math.min(...runs[kind].map((run) => run.cpu));
  const median = (kind: ServerKind, figure: "share" | "p50" | "p99") =>
    quantile(
      runs[kind].map((run) => run[figure]).toSorted((a, b) => a - b),
      0.5,
    );
  return KINDS.map((kind) => ({
    what: kind,
    viewers,
    kB: bytes / 1000,
    "cpu µs/picture": least(kind).toFixed(2),
    "×raw": (least(kind) / least("raw")).toFixed(2),
    "delivered %": (100 * median(kind, "share")).toFixed(2),
    "p50 ms": median(kind, "p50").toFixed(1),
    "p99 ms": median(kind, "p99").toFixed(1),
  }));
}

async function slowBesideFast(quick: boolean): Promise<Row[]> {
  const server = { bytes: 48_000, fps: FPS };
  const fast: GroupOfViewers = { viewers: 50 };
  const slow: GroupOfViewers = { viewers: 20, slow: true, rate: 100_000 };
  const times = { warmMs: 15_000, measureMs: 10_000 };
  const rows: Row[] = [];
  for (const kind of quick ? (["lightwell"] as const) : (["raw", "lightwell"] as const)) {
    const settings: Array<[string, GroupOfViewers | undefined]> = [
      ["no slow ones", undefined],
      ["32 kB buffer", { ...slow, receiveBuffer: 32_768 }],
      ["default buffer", slow],
    ];
    for (const [name, group] of settings) {
      const measured = await measure(
        { ...server, kind },
        group ? [fast, group] : [fast],
        group ? times : { ...times, warmMs: 3000 },
      );
      const [quick, behind] = measured.clients;
      rows.push({
        what: `${kind}, ${name}`,
        viewers: group ? "50 + 20 slow" : 50,
        kB: server.bytes / 1000,
        "delivered %": ((100 * (quick?.delivered ?? 0)) / (measured.server.published * fast.viewers)).toFixed(2),
        "p50 ms": quantile(quick?.ages ?? [], 0.5).toFixed(1),
        "p99 ms": quantile(quick?.ages ?? [], 0.99).toFixed(1),
        ...(behind && {
          "slow age p50 s": (quantile(behind.ages, 0.5) / 1000).toFixed(2),
          "slow age p95 s": (quantile(behind.ages, 0.95) / 1000).toFixed(2),
          "slow pictures/s each": (behind.delivered / slow.viewers / 10).toFixed(2),
        }),
      });
    }
  }
  return rows;
}
