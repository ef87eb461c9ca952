import fc from 'fast-check';
import { guardCell, unguardCell } from '../../../core/platform/spreadsheets';
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

  it('never begins like a formula, unless it is a number', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const guarded = guardCell(value);
        expect(/^[=+\-@\t\r＝＋－＠]/.test(guarded) && Number.isNaN(Number(guarded))).toBe(false);
      }),
    );
  });
});
