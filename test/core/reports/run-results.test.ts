import { reportResultsSchema } from '../../../core/reports/run-results';

const result = (name: string, place?: number) => ({ name, place, file: name, status: 'done', rows: 1, seconds: 1 });
const names = (results: unknown[]) => reportResultsSchema.parse(results).map(({ name }) => name);

describe('what was left of the reports', () => {
  it('is read in the order of the page, in whatever order they began', () => {
    expect(names([result('map', 2), result('days', 0), result('mine', 3), result('service', 1)])).toEqual([
      'days',
      'service',
      'map',
      'mine',
    ]);
  });

  it('by executions that listed them in that order is read as it is', () => {
    expect(names([result('days'), result('service'), result('map')])).toEqual(['days', 'service', 'map']);
  });
});
