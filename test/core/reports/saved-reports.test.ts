import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { readReportHeader, reportFile } from '../../../core/reports/saved-reports';

describe('the header of a saved query', () => {
  it('says title, question, chart and units', () => {
    const sql = `
-- title: Signal: how strong?
-- question: Where is it best?
-- chart: bar x=operator y=median_signal_asu series=network
-- units: median_signal_asu=ASU share=%

select 1 -- title: not this one`;
    expect(readReportHeader('signal', sql)).toEqual({
      title: 'Signal: how strong?',
      question: 'Where is it best?',
      chart: { kind: 'bar', x: 'operator', y: 'median_signal_asu', series: 'network' },
      units: { median_signal_asu: 'ASU', share: '%' },
    });
  });

  it.each(['select 1', '', '/* title: no */ select 1', "select '\n-- title: a text in a string\n'"])(
    'may be missing, as in %j',
    (sql) => {
      expect(readReportHeader('My query', sql)).toEqual({
        title: 'My query',
        question: undefined,
        chart: undefined,
        units: {},
      });
    },
  );

  it('may be incomplete or odd', () => {
    const sql = '-- title:\n-- chart: pie colour=red x=\n-- units: a b=';
    expect(readReportHeader('n', sql)).toEqual({ title: 'n', question: undefined, chart: { kind: 'pie' }, units: {} });
  });

  const folder = join(__dirname, '../../../sql');
  it.each(readdirSync(folder))('of this deployment has a title and a question: %s', (file) => {
    const name = basename(file, '.sql');
    const header = readReportHeader(name, readFileSync(join(folder, file), 'utf8'));
    expect(header.title).not.toBe(name);
    expect(header.question).toBeDefined();
    expect(reportFile(name)).toBe(name);
  });
});

describe('the file name of a report', () => {
  it.each([
    ['signal-strength', 'signal-strength'],
    ['days_2', 'days_2'],
    ['rejected-rows', /^rejected-rows-[0-9a-f]{8}$/],
    ['My Query', /^my-query-[0-9a-f]{8}$/],
    ['../../etc/passwd', /^etc-passwd-[0-9a-f]{8}$/],
    ['Überblick', /^u-berblick-[0-9a-f]{8}$/],
    ['信号', /^[0-9a-f]{8}$/],
  ])('of %j', (name, file) => {
    expect(reportFile(name)).toMatch(file);
  });

  it('is safe for keys and links, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 128, unit: 'binary' }), (name) => {
        expect(reportFile(name)).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/);
      }),
    );
  });

  it('is its own for each name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        fc.pre(one !== other);
        expect(reportFile(one)).not.toBe(reportFile(other));
      }),
    );
  });
});
