import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readReportDays, readReportHeader, readReportOrder } from '../../../core/reports/report-header';
import { reportFile } from '../../../core/reports/saved-reports';

describe('the header of a saved query', () => {
  it('says title, question, chart and units', () => {
    const sql = `
-- title: Signal: how strong?
-- question: Where is it best?
-- chart: bar x=operator y=median_signal_asu series=network
-- units: median_signal_asu=ASU share=%
-- rows: count_rows

select 1 -- title: not this one`;
    expect(readReportHeader('signal', sql)).toEqual({
      title: 'Signal: how strong?',
      question: 'Where is it best?',
      chart: { kind: 'bar', x: 'operator', y: 'median_signal_asu', series: 'network' },
      units: { median_signal_asu: 'ASU', share: '%' },
      rowsColumn: 'count_rows',
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
    const sql = '-- title:\n-- chart: pie colour=red x=\n-- units: a b=\n-- rows: all of them';
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

describe('the place of a report on the page', () => {
  it.each([
    ['-- title: Last\n-- order: 70\nselect 1', 70],
    ['--order:1.5\r\nselect 1', 1.5],
    ['-- order: first\nselect 1', undefined],
    ['-- order:\nselect 1', undefined],
    ['select 1\n-- order: 3', undefined],
    ['', undefined],
  ])('is read of %j', (sql, order) => {
    expect(readReportOrder(sql)).toBe(order);
  });

  it('is no part of what is kept of a report', () => {
    expect(readReportHeader('n', '-- order: 3\nselect 1')).not.toHaveProperty('order');
  });
});

describe('the days that the parameters of a saved query stand for', () => {
  it.each([
    ['-- days: upload before\nselect 1', ['upload', 'before']],
    ['-- title: Weeks\n--days:  Weeks \r\nselect 1', ['weeks']],
    ['-- days: upload, upload\nselect 1', ['upload', 'upload']],
    ['select 1', ['upload']],
    ['-- days:\nselect 1', ['upload']],
    ['-- days: of last summer, upload\nselect 1', ['upload']],
    ['select 1\n-- days: weeks', ['upload']],
  ])('of %j', (sql, days) => {
    expect(readReportDays(sql)).toEqual(days);
  });
});
