import { type FormatTime, formatSchema } from '../../../core/formats/format-schema';
import type { Columns } from '../../../core/formats/recognition';
import { timeReader } from '../../../core/rows/row-time';
import type { DateOrder } from '../../../core/rows/times';
import { Zone } from '../../../core/rows/zone';

interface Options {
  columns?: Columns;
  zone?: string;
  dateOrder?: DateOrder;
  day?: string;
}

const readerOf = (time: FormatTime, { columns, zone = 'UTC', dateOrder, day = '2026-01-31' }: Options = {}) =>
  timeReader({
    format: formatSchema.parse({
      name: 'mine',
      title: '',
      source: '',
      recognise: ['a', 'b'],
      time,
      columns: {},
    }),
    columns: columns ?? (time.written === 'day and time' ? { date: [0], hour: [1] } : { moment: [0] }),
    day,
    window: { first: '2000-01-01', last: '2026-10-26' },
    dateOrder,
    zone: new Zone(zone),
  });

const wallClock: FormatTime = { written: 'day and time', means: 'wall clock', day: 'date', hour: 'hour' };
const utcDays: FormatTime = { ...wallClock, means: 'moments' };
const oneOf = (written: FormatTime['written'], means: FormatTime['means']): FormatTime => ({
  written,
  means,
  from: 'at',
});

describe('days and times in two columns', () => {
  test.each<[string, string[], Options, [string, string, number]]>([
    ['as written', ['2026-10-01', '08:00:00'], {}, ['2026-10-01', '08:00:00', 0]],
    ['with spaces and what nobody sees', ['\ufeff2026-10-01 ', ' 8:00:00\u00a0'], {}, ['2026-10-01', '08:00:00', 0]],
    ['in summer', ['2026-10-01', '08:00:00'], { zone: 'Europe/Madrid' }, ['2026-10-01', '08:00:00', 120]],
    ['in winter', ['2026-01-01', '08:00:00.5'], { zone: 'Europe/Madrid' }, ['2026-01-01', '08:00:00.500', 60]],
    ['the first of two', ['2026-10-25', '02:30:00'], { zone: 'Europe/Madrid' }, ['2026-10-25', '02:30:00', 120]],
    ['by the order of the file', ['1/10/2026', '08:00:00'], { dateOrder: 'day first' }, ['2026-10-01', '08:00:00', 0]],
    ['of the file where the day is empty', ['', '08:00:00'], {}, ['2026-01-31', '08:00:00', 0]],
    ['of the file where the day is unknown', ['NULL', '08:00:00'], {}, ['2026-01-31', '08:00:00', 0]],
    [
      'of the file where there is no column',
      ['', '08:00:00'],
      { columns: { hour: [1] } },
      ['2026-01-31', '08:00:00', 0],
    ],
  ])('are read %s', (_, fields, options, [day, time, offset]) => {
    expect(readerOf(wallClock, options)(fields)).toEqual({ day, time, offset });
  });

  test('are turned into local ones where they are moments', () => {
    expect(readerOf(utcDays, { zone: 'America/New_York' })(['2026-10-01', '02:30:00.250'])).toEqual({
      day: '2026-09-30',
      time: '22:30:00.250',
      offset: -240,
    });
  });

  test.each<[string, string[], Options, { column: string; rule: string; value: string }]>([
    ['no day', ['x', '08:00:00'], {}, { column: 'date', rule: 'date', value: 'x' }],
    ['a day of a shorter month', ['2026-02-30', '08:00:00'], {}, { column: 'date', rule: 'date', value: '2026-02-30' }],
    [
      'a day with slashes in a file without order',
      ['1/10/2026', '08:00:00'],
      {},
      { column: 'date', rule: 'date', value: '1/10/2026' },
    ],
    ['a day too early', ['1999-12-31', '08:00:00'], {}, { column: 'date', rule: 'range', value: '1999-12-31' }],
    ['a day too late', ['2026-10-27', '08:00:00'], {}, { column: 'date', rule: 'range', value: '2026-10-27' }],
    [
      "a file's day too early",
      ['', '08:00:00'],
      { day: '1980-01-06' },
      { column: 'date', rule: 'range', value: '1980-01-06' },
    ],
    ['no time', ['2026-10-01', ''], {}, { column: 'hour', rule: 'required', value: '' }],
    ['an unknown time', ['2026-10-01', ' N/A '], {}, { column: 'hour', rule: 'required', value: 'N/A' }],
    ['no time of day', ['2026-10-01', '8 h'], {}, { column: 'hour', rule: 'time', value: '8 h' }],
  ])('are at fault with %s', (_, fields, options, expected) => {
    expect(readerOf(wallClock, options)(fields)).toEqual({ ...expected, reason: expect.any(String) });
  });
});

describe('a time in one column', () => {
  test.each<[FormatTime['written'], FormatTime['means'], string, string, string, number]>([
    ['iso', 'moments', '2026-09-30T23:30:00.000Z', '2026-10-01', '01:30:00', 120],
    ['iso', 'moments', '2026-09-30T22:30:00-01:00', '2026-10-01', '01:30:00', 120],
    ['iso', 'wall clock', '2026-09-30T23:30:00', '2026-09-30', '23:30:00', 120],
    ['iso', 'moments', '2026-10-25T00:30:00Z', '2026-10-25', '02:30:00', 120],
    ['iso', 'moments', '2026-10-25T01:30:00Z', '2026-10-25', '02:30:00', 60],
    ['epoch ms', 'moments', '1790812800123', '2026-10-01', '02:00:00.123', 120],
    ['epoch s', 'moments', ' 1790812800 ', '2026-10-01', '02:00:00', 120],
    ['yyyy.mm.dd_hh.mm.ss', 'wall clock', '2026.10.01_08.00.00', '2026-10-01', '08:00:00', 120],
    ['yyyy.mm.dd_hh.mm.ss', 'moments', '2026.10.01_08.00.00', '2026-10-01', '10:00:00', 120],
  ])('written as %s, being %s: %s', (written, means, text, day, time, offset) => {
    expect(readerOf(oneOf(written, means), { zone: 'Europe/Madrid' })([text])).toEqual({ day, time, offset });
  });

  test.each<[string, FormatTime['written'], string, { column: string; rule: string }]>([
    ['is empty', 'iso', '', { column: 'hour', rule: 'required' }],
    ['is unknown', 'epoch ms', 'null', { column: 'hour', rule: 'required' }],
    ['is written otherwise', 'iso', '1790812800', { column: 'hour', rule: 'time' }],
    ['is of no day', 'iso', '2026-02-30T08:00:00Z', { column: 'hour', rule: 'time' }],
    ['is too early', 'epoch s', '315964800', { column: 'date', rule: 'range' }],
    ['is too late', 'epoch s', '2082758400', { column: 'date', rule: 'range' }],
    ['is beyond the calendar', 'epoch s', '9999999999999', { column: 'hour', rule: 'time' }],
  ])('is at fault where it %s', (_, written, text, expected) => {
    for (const means of ['moments', 'wall clock'] as const) {
      for (const zone of ['UTC', 'Europe/Madrid']) {
        expect(readerOf(oneOf(written, means), { zone })([text])).toEqual({
          ...expected,
          value: text,
          reason: expect.any(String),
        });
      }
    }
  });

  test('is named as its format does', () => {
    const read = readerOf({ ...oneOf('iso', 'moments'), from: ['measured_at', 'time'] });

    expect(read(['x'])).toMatchObject({ reason: 'measured_at must be a time written as iso' });
  });

  test('is of the window by its local day', () => {
    const text = '2026-10-26T23:30:00Z';

    expect(readerOf(oneOf('iso', 'moments'))([text])).toMatchObject({ day: '2026-10-26' });
    expect(readerOf(oneOf('iso', 'moments'), { zone: 'Europe/Madrid' })([text])).toMatchObject({ rule: 'range' });
  });
});
