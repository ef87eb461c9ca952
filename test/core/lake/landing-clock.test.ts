import { beginLook, isLost, isStalled, type LandingState, nextWait, noteLook } from '../../../core/lake/landing-clock';
import { settingsSchema } from '../../../core/platform/settings';

const settings = settingsSchema.parse({ stallSeconds: 600, landingGraceSeconds: 60 });
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
const date = (seconds: number): Date => new Date(at(seconds));

const first: LandingState = {
  status: 'waiting',
  rows: 0,
  records: 0,
  wait: 1,
  startedAt: at(0),
  progressAt: at(0),
  republished: 0,
  polls: 0,
};
const heartbeat = { query: 'q', batch: 4, at: at(0), caughtUpAt: null, active: true };
const execution = { Id: 'arn' };

describe('the clock of the landing', () => {
  it.each([
    [0, 1],
    [9, 1],
    [25, 2],
    [120, 12],
    [3_600, 300],
    [200_000, 300],
  ])('after %i seconds waits %i', (seconds, wait) => {
    expect(nextWait(first, date(seconds), settings)).toBe(wait);
  });

  it('looks few times even in three days: each look is nine events of 25,000', () => {
    let looks = 0;
    for (let now = 0; now < 259_200; now += nextWait(first, date(now), settings)) looks += 1;
    expect(looks * 9).toBeLessThan(10_000);
  });

  it('moves with each landing', () => {
    const state = noteLook(first, { now: date(500), rows: 10, records: 1, heartbeat: undefined });
    expect(state).toMatchObject({ rows: 10, records: 1, polls: 1, progressAt: at(500) });
  });

  it('does not move without one', () => {
    const state = noteLook(first, { now: date(500), rows: 0, records: 0, heartbeat: undefined });
    expect(state.progressAt).toBe(at(0));
  });

  it('moves with a job that works through other uploads first', () => {
    const before = noteLook(first, { now: date(10), rows: 0, records: 0, heartbeat });
    const after = noteLook(before, { now: date(500), rows: 0, records: 0, heartbeat: { ...heartbeat, batch: 5 } });
    expect([before.progressAt, after.progressAt]).toEqual([at(0), at(500)]);
  });

  it('does not move with a job that only starts anew, again and again', () => {
    const before = noteLook(first, { now: date(10), rows: 0, records: 0, heartbeat });
    const again = { ...heartbeat, query: 'r', batch: 9 };
    expect(noteLook(before, { now: date(500), rows: 0, records: 0, heartbeat: again }).progressAt).toBe(at(0));
  });

  it('runs out after the configured time', () => {
    expect([isStalled(first, date(600), settings), isStalled(first, date(601), settings)]).toEqual([false, true]);
  });
});

describe('missing records are lost', () => {
  it.each([
    ['not while the job has not caught up', at(0), null, false],
    ['not within the grace after the publication', at(0), at(60), false],
    ['when the job caught up after it', at(0), at(61), true],
    ['not when it caught up before the last publication', at(300), at(61), false],
  ])('%s', (_case, publishedAt, caughtUpAt, lost) => {
    expect(isLost({ ...first, publishedAt }, { ...heartbeat, caughtUpAt }, settings)).toBe(lost);
  });

  it('not as long as no job was ever heard of', () => {
    expect(isLost(first, undefined, settings)).toBe(false);
  });
});

describe('a redrive', () => {
  const failed: LandingState = {
    ...first,
    republished: 3,
    polls: 90,
    resume: 4,
    publishedAt: at(900),
    progressAt: at(900),
  };
  const redriven = { ...execution, RedriveTime: at(5_000) };

  it('starts clock and count anew', () => {
    const state = beginLook(failed, redriven);
    expect(state).toMatchObject({
      republished: 0,
      polls: 0,
      startedAt: at(5_000),
      progressAt: at(5_000),
      publishedAt: at(900),
    });
    expect(state.resume).toBeUndefined();
    expect(isStalled(state, date(5_100), settings)).toBe(false);
  });

  it('counts once', () => {
    const state = { ...beginLook(failed, redriven), republished: 1 };
    expect(beginLook(state, redriven).republished).toBe(1);
  });

  it('counts again when it is another one', () => {
    const state = { ...beginLook(failed, redriven), republished: 3 };
    expect(beginLook(state, { ...execution, RedriveTime: at(9_000) })).toMatchObject({
      republished: 0,
      startedAt: at(9_000),
    });
  });

  it('of an earlier stage does not turn the clock back', () => {
    const later = { ...first, startedAt: at(6_000), progressAt: at(6_000) };
    expect(beginLook(later, redriven)).toMatchObject({ startedAt: at(6_000), progressAt: at(6_000) });
  });

  it('leaves the state of an execution alone that was never redriven', () => {
    expect(beginLook({ ...failed, republished: 2 }, execution)).toMatchObject({ republished: 2, resume: 4 });
  });
});
