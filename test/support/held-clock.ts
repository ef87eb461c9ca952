import { clock } from '../../core/platform/clock';

/** Milliseconds since 1970, as the code under test sees them. */
interface Time {
  now: number;
}

/** Holds the clock until mocks are restored: time passes where it is slept, and where a test lets it. */
const holdClock = (start: number): Time => {
  const time = { now: start };
  jest.spyOn(clock, 'now').mockImplementation(() => time.now);
  jest.spyOn(clock, 'sleep').mockImplementation(async (milliseconds) => {
    time.now += Math.ceil(milliseconds);
  });
  return time;
};

export type { Time };
export { holdClock };
