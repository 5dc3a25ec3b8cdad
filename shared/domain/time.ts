/** Milliseconds. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** 2100-01-01. A later date in a record is damage: JavaScript has no dates after the year 275760, so a report could not print
 *  it. */
export const LATEST_MS = 4_102_444_800_000;
