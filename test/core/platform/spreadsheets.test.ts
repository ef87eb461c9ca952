import fc from 'fast-check';
import { guardCell } from '../../../core/platform/spreadsheets';

describe('a cell for spreadsheet programs', () => {
  it.each(['=cmd()', '+1+1', '-2+3', '@sum(a1)', '\t=1', '\r=1', '＝1', '-', '+', '=', '-1e', '--1', '-1 '])(
    'that may run is made text: %j',
    (value) => {
      expect(guardCell(value)).toBe(`'${value}`);
    },
  );

  it.each(['', 'plain', '1', '-1', '+1', '-0.5', '-.5', '-1e-7', '+1.5E+3', 'a=b', "'=x"])(
    'that is harmless stays: %j',
    (value) => {
      expect(guardCell(value)).toBe(value);
    },
  );

  it('keeps every number that the engine writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => guardCell(String(n)) === String(n)),
    );
  });

  it('never begins like a formula, unless it is a number', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const guarded = guardCell(value);
        expect(/^[=+\-@\t\r]/.test(guarded) && Number.isNaN(Number(guarded))).toBe(false);
      }),
    );
  });
});
