import fc from 'fast-check';
import { reportFile } from '../../../core/reports/saved-reports';

describe('the file name of a report', () => {
  it.each([
    ['signal-strength', 'signal-strength'],
    ['days_2', 'days_2'],
    ['rejected-rows', /^rejected-rows-[0-9a-f]{8}$/],
    ['set-aside-values', /^set-aside-values-[0-9a-f]{8}$/],
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
