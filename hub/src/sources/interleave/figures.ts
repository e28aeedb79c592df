import type { Failures } from "./failures.ts";
import type { FolderUse } from "./folder-use.ts";
import { latencyState } from "./lag.ts";
import type { Sets, Slot } from "./sets.ts";

/** The picture that is to be seen. */
export interface Shown {
  readonly count: number;
  readonly slot: Slot;
  /** Monotonic ms at which it was put up. */
  readonly atMs: number;
}

export interface ShowState {
  /** Monotonic ms. */
  readonly nowMs: number;
  /** What the clock says; undefined before there was a picture. */
  readonly count: number | undefined;
  readonly slot: Slot | undefined;
  readonly shown: Shown | undefined;
  readonly sets: Sets;
  /** Counts between two pictures. */
  readonly stride: number;
  readonly fps: number;
  readonly depth: number;
  readonly slope: number;
  readonly onTime: boolean;
  readonly misses: number;
  readonly lastMiss: number | null;
  readonly mainUse: FolderUse;
  readonly floatUse: FolderUse;
  readonly failures: Failures;
}

/** The keys of `/data` for playback, folders and errors, as the original's dashboard reads them: some numbers are text. */
export function figuresOf(state: ShowState): Record<string, unknown> {
  const { nowMs, count, slot, shown, sets, mainUse, floatUse, failures } = state;
  const delta = slot && shown ? slot.index - shown.slot.index : null;
  const lag = count !== undefined && shown ? count - shown.count : 0;
  return {
    index: slot?.index ?? null,
    displayed: shown?.slot.index ?? null,
    delta,
    fps: state.fps.toFixed(1),
    fifo_depth: state.depth,
    staleness_ms: shown ? (nowMs - shown.atMs).toFixed(1) : null,
    comp_slope: Number(state.slope.toFixed(3)),
    latency_state: delta === null ? null : latencyState(delta, lag, state.stride),
    successful_frame: state.onTime,
    fifo_miss_count: state.misses,
    last_fifo_miss: state.lastMiss,
    main_folder: slot?.main ?? null,
    float_folder: slot && sets.float.length > 0 ? slot.float : null,
    rand_mult: slot?.multiplier ?? null,
    main_folder_count: sets.main.length,
    float_folder_count: sets.float.length,
    main_covered: mainUse.covered,
    float_covered: floatUse.covered,
    main_entropy: Number(mainUse.entropy.toFixed(4)),
    float_entropy: Number(floatUse.entropy.toFixed(4)),
    main_samples: mainUse.samples,
    float_samples: floatUse.samples,
    failed_load_count: failures.count,
    failed_indices: failures.indices,
    last_error: failures.lastError,
  };
}
