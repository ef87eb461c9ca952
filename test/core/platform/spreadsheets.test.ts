import fc from 'fast-check';
import { guardCell, needsGuard, unguardCell } from '../../../core/platform/spreadsheets';
import { formulas, harmless, indentedFormulas } from '../../support/spreadsheet-cells';

describe('a cell for spreadsheet programs', () => {
  it.each([...formulas, ...indentedFormulas])('that may run is made text: %j', (value) => {
    expect(guardCell(value)).toBe(`'${value}`);
  });

  it.each(harmless)('that is harmless stays: %j', (value) => {
    expect(guardCell(value)).toBe(value);
  });

  it.each([...formulas, ...indentedFormulas])('is what it was without its guard: %j', (value) => {
    expect(unguardCell(guardCell(value))).toBe(value);
  });

  it('keeps every number that the engine writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => guardCell(String(n)) === String(n)),
    );
  });

  it('is found among others of a CSV without quotes', () => {
    const cell = fc.constantFrom(
      '',
      '0',
      '-85.5',
      '1e-7',
      '+3',
      '-',
      '-.',
      '-1-',
      '=1+1',
      '@a',
      '\t',
      'a=b',
      '＝1',
      'a',
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 3 }), (records) => {
        const plain = records.map((cells) => `${cells.join(',')}\n`).join('');
        expect(needsGuard(plain)).toBe(records.flat().some((value) => guardCell(value) !== value));
      }),
    );
  });

  it('never begins like a formula, unless it is a number', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const guarded = guardCell(value);
        expect(/^[=+\-@\t\r＝＋－＠]/.test(guarded) && Number.isNaN(Number(guarded))).toBe(false);
      }),
    );
  });
});
