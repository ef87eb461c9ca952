import { coverage } from '../../../../contract';
import { type Counts, noCounts } from '../../../../core/reports/map/counts';
import { coverageClasses, isHole, judge, medianClass } from '../../../../core/reports/map/judging';

const counts = (some: Partial<Counts>): Counts => ({ ...noCounts(), rows: 10, ...some });

describe('a tile', () => {
  it.each<[string, Partial<Counts>, ReturnType<typeof judge>]>([
    ['in service', { inService: 6, outOfService: 4 }, { kind: 'with service', coverage: undefined }],
    [
      'in service of half of the rows',
      { inService: 5, outOfService: 5 },
      { kind: 'without service', without: 'no service' },
    ],
    ['out of service', { inService: 2, outOfService: 8 }, { kind: 'without service', without: 'no service' }],
    [
      'with emergency calls only',
      { inService: 2, emergencyOnly: 6, outOfService: 2 },
      { kind: 'without service', without: 'emergency calls only' },
    ],
    ['whose radios are off', { radioOff: 10 }, { kind: 'too few' }],
    [
      'in service where a radio is on',
      { radioOff: 100, inService: 5, rows: 105 },
      { kind: 'with service', coverage: undefined },
    ],
    ['of four rows', { rows: 4, inService: 4, classes: [4, 0, 0, 0] }, { kind: 'too few' }],
    ['of unknown status with a signal', { classes: [0, 5, 5, 0] }, { kind: 'with service', coverage: 'weak' }],
    [
      'of unknown status without a signal',
      { classes: [0, 0, 4, 6] },
      { kind: 'without service', without: 'no service' },
    ],
    [
      'whose status says more than its signal',
      { outOfService: 9, inService: 1, classes: [9, 0, 0, 0] },
      { kind: 'without service', without: 'no service' },
    ],
    [
      'in service below any class',
      { inService: 10, classes: [0, 0, 2, 8] },
      { kind: 'with service', coverage: 'none' },
    ],
    [
      'in service of few powers',
      { inService: 10, classes: [4, 0, 0, 0] },
      { kind: 'with service', coverage: undefined },
    ],
    [
      'in service of ASU alone',
      { inService: 10, asu: 8, sumAsu: 100 },
      { kind: 'with service', coverage: undefined, asu: 12.5 },
    ],
    ['of unknown status with ASU', { asu: 8, sumAsu: 100 }, { kind: 'with service', coverage: undefined, asu: 12.5 }],
    ['of unknown status with few ASU', { asu: 4, sumAsu: 50 }, { kind: 'too few' }],
    [
      'whose class says more than the ASU of other rows',
      { classes: [0, 0, 0, 6], asu: 8, sumAsu: 100 },
      { kind: 'without service', without: 'no service' },
    ],
    ['without rows', { rows: 0 }, { kind: 'not measured' }],
  ])('%s', (_, some, verdict) => {
    expect(judge(counts(some), 5)).toEqual(verdict);
  });

  it('is a hole where there is no service, or no signal that could be used', () => {
    expect(isHole({ kind: 'without service', without: 'no service' })).toBe(true);
    expect(isHole({ kind: 'with service', coverage: 'none' })).toBe(true);
    expect(isHole({ kind: 'with service', coverage: 'weak' })).toBe(false);
    expect(isHole({ kind: 'too few' })).toBe(false);
    expect(isHole({ kind: 'not measured' })).toBe(false);
  });

  it('has the class of its middle row, the worse one of two', () => {
    expect(medianClass([3, 0, 2, 0])).toBe('very good');
    expect(medianClass([2, 0, 0, 2])).toBe('none');
    expect(medianClass([0, 0, 0, 0])).toBeUndefined();
  });

  it('has classes of the same names as the contract', () => {
    expect([...coverageClasses]).toEqual(coverage.classes);
  });
});
