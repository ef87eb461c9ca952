import fc from 'fast-check';
import { Zone } from '../../../core/rows/zone';

const zones = [
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Apia',
] as const;

describe('the local day and time of a moment', () => {
  test.each<[string, string, string, string, number]>([
    ['UTC', '2026-10-01T08:00:00Z', '2026-10-01', '08:00:00', 0],
    ['UTC', '2026-10-01T08:00:00.250Z', '2026-10-01', '08:00:00.250', 0],
    // The clock goes forward on 29 March 2026 at 01:00 UTC, and back on 25 October.
    ['Europe/Madrid', '2026-03-29T00:59:59.999Z', '2026-03-29', '01:59:59.999', 60],
    ['Europe/Madrid', '2026-03-29T01:00:00Z', '2026-03-29', '03:00:00', 120],
    ['Europe/Madrid', '2026-10-25T00:30:00Z', '2026-10-25', '02:30:00', 120],
    ['Europe/Madrid', '2026-10-25T00:59:59.999Z', '2026-10-25', '02:59:59.999', 120],
    ['Europe/Madrid', '2026-10-25T01:00:00Z', '2026-10-25', '02:00:00', 60],
    ['Europe/Madrid', '2026-12-31T23:00:00Z', '2027-01-01', '00:00:00', 60],
    // On 8 March and 1 November 2026.
    ['America/New_York', '2026-03-08T06:59:59Z', '2026-03-08', '01:59:59', -300],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08', '03:00:00', -240],
    ['America/New_York', '2026-11-01T05:59:59Z', '2026-11-01', '01:59:59', -240],
    ['America/New_York', '2026-11-01T06:00:00Z', '2026-11-01', '01:00:00', -300],
    ['America/New_York', '2026-01-01T04:59:59Z', '2025-12-31', '23:59:59', -300],
    // By half an hour, on 5 April and 4 October 2026.
    ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', '2026-04-05', '01:59:59', 660],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05', '01:30:00', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:29:59Z', '2026-10-04', '01:59:59', 630],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', '2026-10-04', '02:30:00', 660],
    // At a minute past midnight, until 2011.
    ['America/St_Johns', '2010-03-14T03:30:59Z', '2010-03-14', '00:00:59', -210],
    ['America/St_Johns', '2010-03-14T03:31:00Z', '2010-03-14', '01:01:00', -150],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', '2026-06-01', '05:45:00', 345],
    // The whole of 30 December 2011 was left out.
    ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29', '23:59:59', -600],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31', '00:00:00', 840],
  ])('in %s of %s is %s %s', (name, moment, day, time, offset) => {
    expect(new Zone(name).localOf(Date.parse(moment))).toEqual({ day, time, offset });
  });

  test.each(zones)('in %s gives the moment back, to the millisecond', (name) => {
    const zone = new Zone(name);
    const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2036, 0, 1) });
    fc.assert(
      fc.property(moments, (moment) => {
        const { day, time, offset } = zone.localOf(moment);

        expect(Date.parse(`${day}T${time}Z`) - offset * 60_000).toBe(moment);
        expect(zone.offsetAt(moment)).toBe(offset);
      }),
      { numRuns: 200 },
    );
  });

  test.each(zones)('in %s is that of the platform', (name) => {
    const zone = new Zone(name);
    const platform = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
    const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1_000, max: Date.UTC(2036, 0, 1) / 1_000 });
    fc.assert(
      fc.property(seconds, (second) => {
        const { day, time } = zone.localOf(second * 1_000);

        expect(`${day} ${time}`).toBe(platform.format(second * 1_000));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the offset of a wall clock', () => {
  test.each<[string, string, string, number]>([
    ['UTC', '2026-03-29', '02:30:00', 0],
    ['Europe/Madrid', '2026-01-15', '12:00:00', 60],
    ['Europe/Madrid', '2026-07-15', '12:00:00', 120],
    ['Europe/Madrid', '2026-03-28', '23:59:59', 60],
    ['Europe/Madrid', '2026-03-29', '01:59:59', 60],
    ['Europe/Madrid', '2026-03-29', '03:00:00', 120],
    ['Europe/Madrid', '2026-10-24', '12:00:00', 120],
    ['Europe/Madrid', '2026-10-25', '01:59:59', 120],
    ['Europe/Madrid', '2026-10-25', '03:00:00', 60],
    ['America/New_York', '2026-03-08', '01:59:59', -300],
    ['America/New_York', '2026-03-08', '03:00:00', -240],
    ['America/New_York', '2026-11-01', '00:59:59', -240],
    ['America/New_York', '2026-11-01', '02:00:00', -300],
    ['Australia/Lord_Howe', '2026-04-05', '01:29:59', 660],
    ['Australia/Lord_Howe', '2026-04-05', '02:00:00', 630],
    ['Australia/Lord_Howe', '2026-10-04', '02:30:00', 660],
    ['America/St_Johns', '2010-03-14', '00:00:59', -210],
    ['America/St_Johns', '2010-03-14', '01:01:00', -150],
    ['Pacific/Apia', '2011-12-29', '12:00:00', -600],
    ['Pacific/Apia', '2011-12-31', '12:00:00', 840],
  ])('in %s on %s at %s is %i', (name, day, time, offset) => {
    expect(new Zone(name).offsetOfWall(day, time)).toBe(offset);
  });

  test.each<[string, string, string, string, number]>([
    ['of an hour that comes twice is the first', 'Europe/Madrid', '2026-10-25', '02:30:00', 120],
    ['of an hour that comes twice is the first', 'America/New_York', '2026-11-01', '01:15:00.500', -240],
    ['of half an hour that comes twice is the first', 'Australia/Lord_Howe', '2026-04-05', '01:45:00', 660],
    ['of an hour that never was is that before the change', 'Europe/Madrid', '2026-03-29', '02:30:00', 60],
    ['of an hour that never was is that before the change', 'America/New_York', '2026-03-08', '02:00:00', -300],
    ['of half an hour that never was is that before', 'Australia/Lord_Howe', '2026-10-04', '02:15:00', 630],
    ['of a day that never was is that before', 'Pacific/Apia', '2011-12-30', '12:00:00', -600],
  ])('%s: %s, %s %s', (_, name, day, time, offset) => {
    expect(new Zone(name).offsetOfWall(day, time)).toBe(offset);
  });

  test.each(zones)('in %s is that of the moment, but in an hour that comes twice', (name) => {
    const zone = new Zone(name);
    const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2036, 0, 1) });
    fc.assert(
      fc.property(moments, (moment) => {
        const { day, time, offset } = zone.localOf(moment);

        const found = zone.offsetOfWall(day, time);

        // The first of two is the one that is further ahead.
        if (found !== offset) expect(zone.localOf(moment - (found - offset) * 60_000)).toMatchObject({ day, time });
        expect(found).toBeGreaterThanOrEqual(offset);
      }),
      { numRuns: 200 },
    );
  });
});

test('rows of any order over more days than are kept are read right', () => {
  const zone = new Zone('Europe/Madrid');
  const day = 86_400_000;

  for (let n = 0; n < 60_000; n += 1) zone.offsetAt(n * day);

  expect(zone.offsetAt(Date.UTC(2026, 6, 1))).toBe(120);
});

test('a zone that there is none of is refused', () => {
  expect(() => new Zone('Europe/Atlantis')).toThrow(RangeError);
});
