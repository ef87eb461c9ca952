import { setTimeout as pause } from 'node:timers/promises';

/** The time and its passing, in milliseconds; in one place, so that a test can hold and bend it. */
const clock = {
  now: (): number => Date.now(),
  sleep: async (milliseconds: number): Promise<void> => {
    await pause(milliseconds);
  },
};

/** Waits until a moment, in milliseconds since 1970; not at all where it has passed. */
const sleepUntil = async (moment: number): Promise<void> => {
  for (let left = moment - clock.now(); left > 0; left = moment - clock.now()) await clock.sleep(left);
};

export { clock, sleepUntil };
