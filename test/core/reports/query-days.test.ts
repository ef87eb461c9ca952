import fc from 'fast-check';
import type { Period } from '../../../core/reports/periods';
import { fillDays } from '../../../core/reports/query-days';
import { readQuery, UnusableQuery } from '../../../core/reports/sql';

const whole: Period = [{ first: '2026-03-01', last: '2026-03-30' }];
const broken: Period = [
  { first: '2026-03-01', last: '2026-03-01' },
  { first: '2026-03-04', last: '2026-03-06' },
  { first: '2026-03-30', last: '2026-03-30' },
];
const inRanges = (column: string) =>
  `${column} between '2026-03-04' and '2026-03-06' or ${column} in ('2026-03-01', '2026-03-30')`;
const hull = ["'2026-03-01'", "'2026-03-30'"];

const fill = (sql: string, ...periods: Period[]) => fillDays(readQuery(sql), periods);

describe('the days of a query', () => {
  it('stay parameters where they are one range', () => {
    const sql = 'select * from t where day between ? and ?';
    expect(fill(sql, whole)).toEqual({ text: sql, parameters: hull });
  });

  it('are written into it where they are not', () => {
    expect(fill('select * from t where day between ? and ? and x > 1', broken)).toEqual({
      text: `select * from t where (${inRanges('day')}) and x > 1`,
      parameters: [],
    });
  });

  it.each([
    ['of a table by its name', 'm.day between ? and ?', `(${inRanges('m.day')})`],
    ['of a table with its database', 'cellflow . m . day BETWEEN ? AND ?', `(${inRanges('cellflow . m . day')})`],
    ['in quotes', '"m"."day" between ? and ?', `(${inRanges('"m"."day"')})`],
    ['in capitals', 'DAY Between ? And ?', `(${inRanges('DAY')})`],
    ['with another name quoted before it', '"a?b" = 1 and day between ? and ?', `"a?b" = 1 and (${inRanges('day')})`],
    ['over lines', 'day\n  between ?\n  and ? -- ?', `(${inRanges('day')})\n\n     `],
    ['with a comment within', 'day /* ? */ between ? and ?', `(${inRanges('day')})`],
    ['negated', 'day not between ? and ?', `(not (${inRanges('day')}))`],
  ])('are found %s', (_case, condition, filled) => {
    const { text, parameters } = fill(`select 1 from t where ${condition}`, broken);
    expect(text.trimEnd()).toBe(`select 1 from t where ${filled}`.trimEnd());
    expect(parameters).toEqual([]);
  });

  it.each([
    ['another column', 'birthday between ? and ?'],
    ['a column of the same ending', 'm.birth_day between ? and ?'],
    ['comparisons', 'day >= ? and day <= ?'],
    ['a pair that is turned round', '? <= day and ? >= day'],
    ['an expression', 'substr(day, 1, 10) between ? and ?'],
    ['a cast', 'date(day) between date(?) and date(?)'],
    ['a pair of two periods', 'x = ? and day between ? and ? and y = ?'],
  ])('are the first and the last in what is written otherwise: %s', (_case, condition) => {
    const sql = `select 1 from t where ${condition}`;
    const periods = Array.from({ length: readQuery(sql).parameters / 2 }, () => broken);
    expect(fill(sql, ...periods)).toEqual({ text: sql, parameters: periods.flatMap(() => hull) });
  });

  it('are not looked for in texts, quoted names and comments', () => {
    const sql = `select 'day between ? and ?' as "day between ? and ?" -- day between ? and ?
      from t where day between ? and ? /* day between ? and ? */`;
    const { text, parameters } = fill(sql, broken);
    expect(text).toContain(`select 'day between ? and ?' as "day between ? and ?"`);
    expect(text).toContain(`where (${inRanges('day')})`);
    expect(parameters).toEqual([]);
  });

  it('of several periods follow the order of their parameters', () => {
    const sql = 'select * from a where day between ? and ? union select * from b where b.day between ? and ?';
    const other: Period = [{ first: '2026-02-01', last: '2026-02-28' }];
    expect(fill(sql, broken, other)).toEqual({
      text: `select * from a where (${inRanges('day')}) union select * from b where b.day between ? and ?`,
      parameters: ["'2026-02-01'", "'2026-02-28'"],
    });
    expect(fill(sql, other, broken)).toEqual({
      text: `select * from a where day between ? and ? union select * from b where (${inRanges('b.day')})`,
      parameters: ["'2026-02-01'", "'2026-02-28'"],
    });
  });

  it('are none where there is none: a range that holds no day', () => {
    const [first = '', last = ''] = fill('select 1 from t where day between ? and ?', []).parameters;
    expect(first > last).toBe(true);
  });

  it('are no matter to a query without parameters', () => {
    expect(fill('select 1', broken)).toEqual({ text: 'select 1', parameters: [] });
  });

  it.each([
    ['select ?', [whole]],
    ['select ?, ?, ?', [whole]],
    ['select ?, ?, ?, ?', [whole]],
    ['select ?, ?', [whole, whole]],
  ])('have to be as many as the periods: %s', (sql, periods) => {
    expect(() => fill(sql, ...periods)).toThrow(UnusableQuery);
    expect(() => fill(sql, ...periods)).toThrow(/it has \d parameters; a report has none, or two for each period/);
  });

  it('are days and nothing else', () => {
    const hostile: Period = [{ first: "2026-03-01' or '1'='1", last: '2026-03-02' }];
    expect(() => fill('select 1 where day between ? and ?', hostile)).toThrow('YYYY-MM-DD');
  });

  it('leave as many lines and as many parameters as they have to, whatever the query', () => {
    const piece = fc.constantFrom(
      'day between ? and ?',
      'm."day" between ?\nand ?',
      "'day between ? and ?'",
      '"?"',
      '-- ?\n',
      '/* ? */',
      ' and ',
      '\n',
      '(',
      'day not between\n? and ?',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
        const statement = readQuery(`select ${parts.join(' ')} 1`);
        const { text, parameters } = fillDays(
          statement,
          Array.from({ length: statement.parameters / 2 }, () => broken),
        );
        expect(text.split('\n')).toHaveLength(statement.text.split('\n').length);
        expect(readQuery(text).parameters).toBe(parameters.length);
        expect(parameters).toHaveLength(0);
      }),
    );
  });
});
