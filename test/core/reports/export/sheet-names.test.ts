import fc from 'fast-check';
import { placeIn, sheetNames } from '../../../../core/reports/export/sheet-names';

const assertNames = (names: readonly string[]) => {
  expect(new Set(['contents', 'history', ...names.map((name) => name.toLowerCase())]).size).toBe(names.length + 2);
  for (const name of names) {
    expect(name.length).toBeGreaterThan(0);
    expect(name.length).toBeLessThanOrEqual(31);
    expect(name).not.toMatch(/[\\/?*[\]:\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^'|'$|^\s|\s$|_x[0-9a-f]{4}_/iu);
    expect(Buffer.from(name).toString()).toBe(name);
  }
};

describe('names of sheets', () => {
  it('are such as Excel takes, each once, whatever the titles', () => {
    const title = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.string({
        unit: fc.constantFrom('A', 'a', "'", ' ', '[', ':', '_x0041_', '😀', '\ud800', '／'),
        maxLength: 40,
      }),
      fc.constantFrom('History', 'Contents', 'Report', 'Report (2)', 'report (2)'),
    );
    fc.assert(
      fc.property(fc.array(title, { maxLength: 40 }), (titles) => {
        const names = sheetNames(titles, 'Contents');
        expect(names).toHaveLength(titles.length);
        assertNames(names);
      }),
      { numRuns: 500 },
    );
  });

  it('are the titles where they can be', () => {
    expect(sheetNames(['Weak spots', 'Operators hour by hour', 'Señal, día'], 'Contents')).toEqual([
      'Weak spots',
      'Operators hour by hour',
      'Señal, día',
    ]);
  });

  it('stay apart where hundreds have one title', () => {
    const names = sheetNames(
      Array.from({ length: 300 }, () => 'A title of more than thirty-one characters'),
      'Contents',
    );
    assertNames(names);
    expect(names[299]).toBe('A title of more than thir (300)');
  });
});

it('a link leads to a sheet, whose apostrophes are doubled', () => {
  expect(placeIn("It's")).toBe("#'It''s'!A1");
});
