/** Film time may be so much behind the clock. Nobody notices, and what made it late is over by then, mostly. */
const LATE_S = 1;
/** More is no lateness but another beginning: the machine slept, or the film's own time went back. */
const LOST_S = 4;
/** Even the slowest machine shows a picture so often. */
const STILL_S = 0.2;

/** A picture of a film may stand for so long; what stands longer is taken for a leap of the film's time. */
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
