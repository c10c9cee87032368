/** The time of day; tests put a clock of their own in its place. */
export interface Clock {
  now(): Date;
}
