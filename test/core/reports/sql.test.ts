import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readReportDays } from '../../../core/reports/report-header';
import { readQuery, UnusableQuery } from '../../../core/reports/sql';

describe('a saved query', () => {
  it.each([
    ['select 1', 'select 1', 0],
    ['  SELECT 1 ;\n; ', '  SELECT 1', 0],
    ['with a as (select 1) select * from a', 'with a as (select 1) select * from a', 0],
    ['select * from t where day between ? and ?', 'select * from t where day between ? and ?', 2],
    [
      "select 'a?b', \"c?\" from t where x = '--?' and d = ?",
      "select 'a?b', \"c?\" from t where x = '--?' and d = ?",
      1,
    ],
    ["select 'it''s ; fine?'", "select 'it''s ; fine?'", 0],
    ['-- title: Why?\nselect 1', '              \nselect 1', 0],
    ['select /* ; ? */ 1', 'select           1', 0],
    ["select '/* no comment' as a, '*/' as b", "select '/* no comment' as a, '*/' as b", 0],
    ['select 1 -- ? the end;', 'select 1', 0],
  ])('is read: %j', (sql, text, parameters) => {
    expect(readQuery(sql)).toEqual({ text, parameters });
  });

  it.each([
    ['', /begins with ""/],
    ['-- only a comment', /begins with ""/],
    ['drop table measurements', /begins with "drop"/],
    ['insert into t select 1', /begins with "insert"/],
    ['/* select */ delete from t', /begins with "delete"/],
    ['select 1; select 2', /more than one statement/],
    ['select 1; drop table t', /more than one statement/],
    ["select ';' ; delete from t", /more than one statement/],
    ['selectively', /begins with "selectively"/],
  ])('is refused: %j', (sql, reason) => {
    expect(() => readQuery(sql)).toThrow(UnusableQuery);
    expect(() => readQuery(sql)).toThrow(reason);
  });

  it('keeps its lines, so that the line in an error message is that of the saved query', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('-- a ?', '/* b', '*/', "'c'", 'x = ?', ''), { maxLength: 12 }), (lines) => {
        const sql = ['select 1', ...lines, 'from t'].join('\n');
        let text: string;
        try {
          ({ text } = readQuery(sql));
        } catch {
          return;
        }
        expect(sql.split('\n').length).toBeGreaterThanOrEqual(text.split('\n').length);
        for (const [index, line] of text.split('\n').entries()) {
          const original = sql.split('\n')[index] ?? '';
          expect(original.startsWith(line.trimEnd()) || line.trim() === '' || original.includes(line.trim())).toBe(
            true,
          );
        }
      }),
    );
  });

  const folder = join(__dirname, '../../../sql');
  it.each(readdirSync(folder))('of this deployment is one: %s', (file) => {
    const sql = readFileSync(join(folder, file), 'utf8');
    expect(readQuery(sql).parameters).toBe(2 * readReportDays(sql).length);
  });
});
