import { countFindings } from '../../../../core/reports/findings/step-up';

// The fifteen p-values of Benjamini and Hochberg's own example: four stand out at 5 %.
const example = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

describe('the step-up of many tests', () => {
  it('names as many as its authors do', () => {
    expect(countFindings(example, example.length, 0.05)).toBe(4);
  });

  it('goes by the least that fits, not by the first that does not', () => {
    expect(countFindings([0.04, 0.045], 2, 0.05)).toBe(2);
  });

  it('names none where none fits, and none of nothing', () => {
    expect(countFindings([0.06], 1, 0.05)).toBe(0);
    expect(countFindings([], 1_000, 0.05)).toBe(0);
  });

  it('counts tests whose p-values it is not shown', () => {
    expect(countFindings([0.0001], 1_000, 0.05)).toBe(0);
    expect(countFindings([0.00004], 1_000, 0.05)).toBe(1);
  });
});
