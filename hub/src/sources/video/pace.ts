/** Film time may be so much behind the clock. Nobody notices, and what made it late is over by then, mostly. */
const LATE_S = 1;
/** More is no lateness but another beginning: the machine slept, or the film's own time went back. */
const LOST_S = 4;
/** Even the slowest machine shows a picture this often. */
const STILL_S = 0.2;

/** A live picture may have waited for its turn in ffmpeg this long; a breath of a busy machine costs none. */
const WAITED_S = 0.5;
/** ffmpeg takes a leap of the clock by 10 s out of its times (`-dts_delta_threshold`); a wait was never as long. */
const LEAP_S = 10;

/** A picture of a film may stand for this long; what stands longer is taken for a leap of the film's time. */
export const LONGEST_STILL_S = 60;

/**
 * Filters that keep a film at the pace of the clock.
 *
 * The second waits, behind the decoder: in front of it (ffmpeg's `-re`) it would let the seam of a loop be seen, as what is
 * left in the decoder comes at once, and then nothing until it is full again. The first leaves out what comes too
 * late, or a film that is too much for the machine would become slow motion; it stands before all that is costly.
 */
export const paceFilters: readonly [leaveOut: string, wait: string] = [
  // Variable 0 is the clock at film time 0, variable 1 the clock at the last picture that was let through.
  `select='if(eq(n,0)+gt(time(0)-ld(0)-t,${LOST_S}),st(0,time(0)-t));if(lt(time(0)-ld(0)-t,${LATE_S})+gt(time(0)-ld(1),${STILL_S}),st(1,time(0))*0+1,0)'`,
  `realtime=limit=${LONGEST_STILL_S}`,
];

/** Options of a live input that make the times of its pictures those at which they arrived. */
export const ARRIVAL_TIMES: readonly (readonly [name: string, value: string])[] = [
  // With a queue of its own a thread reads ahead, so that what waits for the encoder has its true time already.
  ["-thread_queue_size", "128"],
  // The source's own clock may drift, go back, be made up (JPEGs over HTTP count as 25 a second) or be missing.
  ["-use_wallclock_as_timestamps", "1"],
];

/**
 * Leaves out the pictures of a live input that the machine is too slow for, before all that is costly. It needs
 * `ARRIVAL_TIMES`: those and `time(0)` are one clock, so the least difference ever seen is that without any waiting.
 */
// Variable 0 is that difference, variable 1 the clock at the last picture that was let through.
export const leaveOutLate = `select='if(not(between(time(0)-t-ld(0),0,${LEAP_S})),st(0,time(0)-t));if(lt(time(0)-t-ld(0),${WAITED_S})+gt(time(0)-ld(1),${STILL_S}),st(1,time(0))*0+1,0)'`;

/**
 * The last filter. The encoder refuses a picture whose time is not behind that of the one before it, and the first
 * packet of a camera may have none (GStreamer's RTSP server). Nobody reads the times behind it: only their order counts.
 */
export const numberThem = "setpts=N*60/TB";
