import fc from 'fast-check';
import { longestText, readCell, sheetColumns, sheetText } from '../../../../core/reports/export/cells';

const column = (name: string, type: string, unit?: string) => {
  const [made] = sheetColumns([{ name, type }], unit === undefined ? {} : { [name]: unit });
  if (made === undefined) throw new Error('no column');
  return made;
};

describe('a text', () => {
  it('is never longer than a cell takes, never ends in half a character, and holds what XML holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, longest) => {
        const made = sheetText(text, longest);
        expect(made.length).toBeLessThanOrEqual(longest);
        expect(Buffer.from(made).toString()).toBe(made);
        expect(made).not.toMatch(/(?![\t\n])\p{Cc}|[\ufffe\uffff]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps what it can hold as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const plain = text.replace(/\p{Cc}/gu, '');
        expect(sheetText(plain)).toBe(plain);
      }),
    );
  });

  it.each([
    ['\ud800 half', '\ufffd half'],
    ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['x'.repeat(longestText), 'x'.repeat(longestText)],
    ['x'.repeat(longestText + 1), `${'x'.repeat(longestText - 1)}…`],
    [`${'x'.repeat(longestText - 2)}😀😀`, `${'x'.repeat(longestText - 2)}…`],
  ])('is cut and cleaned', (text, made) => {
    expect(sheetText(text)).toBe(made);
  });
});

describe('a cell', () => {
  it.each([
    ['bigint', 'count_rows', '1234', 1234],
    ['bigint', 'count_rows', '1234567890123456', '1234567890123456'],
    ['double', 'average', '-1.5E-3', -0.0015],
    ['double', 'average', 'NaN', 'NaN'],
    ['double', 'average', '1E400', '1E400'],
    ['double', 'average', '0x10', '0x10'],
    ['varchar', 'postal_code', '00801', '00801'],
    ['varchar', 'operator', "'=1+1", '=1+1'],
    ['varchar', 'day', '2026-03-02', 46_083],
    ['varchar', 'day', '2026-02-30', '2026-02-30'],
    ['varchar', 'last_day', '1900-02-28', '1900-02-28'],
    ['varchar', 'week', '2026-W10', '2026-W10'],
    ['varchar', 'description', '2026-03-02', '2026-03-02'],
    ['timestamp(3)', 'measured_at', '2026-03-02 12:00:00.000', 46_083.5],
    ['timestamp(3) with time zone', 'measured_at', '2026-03-02 12:00:00.000 UTC', '2026-03-02 12:00:00.000 UTC'],
    ['boolean', 'known', 'true', true],
    ['integer', 'hour', '7', 7],
    ['integer', 'hour', '', undefined],
  ])('of a %s "%s" that is "%s" holds %p', (type, name, text, value) => {
    expect(readCell(column(name, type), text)).toBe(value);
  });

  it('of which the row has nothing is empty', () => {
    expect(readCell(column('a', 'varchar'), undefined)).toBeUndefined();
  });

  it('holds a value of some kind, whatever the text', () => {
    const kinds = ['bigint', 'double', 'varchar', 'date', 'timestamp', 'boolean', 'array(varchar)'];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.string({ unit: 'binary' }), (type, text) => {
        const value = readCell(column('day', type), text);
        if (text === '') expect(value).toBeUndefined();
        else expect(['number', 'string', 'boolean']).toContain(typeof value);
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});

describe('a column', () => {
  it.each([
    ['median_signal_dbm', 'double', 'dBm', 'Median signal (dBm)', '0.0'],
    ['share_in_service', 'double', '%', 'Share in service (%)', '0.0'],
    ['longitude', 'double', '°', 'Longitude (°)', '0.00000'],
    ['count_rows', 'bigint', undefined, 'Rows', '#,##0'],
    ['hour', 'integer', undefined, 'Hour', '00":00"'],
    ['cell_id', 'bigint', undefined, 'Cell ID', '0'],
    ['operator', 'varchar', undefined, 'Operator', '@'],
    ['first_day', 'varchar', undefined, 'First day', 'yyyy-mm-dd'],
    ['__proto__', 'double', undefined, 'Proto', '#,##0.00'],
  ])('"%s" has its unit in its heading, and the format that fits it', (name, type, unit, heading, format) => {
    expect(column(name, type, unit)).toMatchObject({ heading, format });
  });
});
