import { findPeriods } from '../../core/reports/periods';
import { fillDays } from '../../core/reports/query-days';
import { readReportDays } from '../../core/reports/report-header';
import { readQuery } from '../../core/reports/sql';
import { makeTotals } from './uploads';

/** Saved queries as *Run reports* asks them for an upload of some days: for tests in Python, which ask for it by JSON. */

const asked: { sql: string; days: string[]; strayDays: string[] }[] = JSON.parse(process.argv[2] ?? '[]');

const main = async (): Promise<void> => {
  const filled = asked.map(async ({ sql, days, strayDays }) => {
    const touched = days.filter((day) => !strayDays.includes(day));
    const totals = makeTotals({ days, strayDays, firstDay: touched[0], lastDay: touched.at(-1) });
    const nowhere = (): string => {
      throw new Error('Days before an upload are in no catalogue here.');
    };
    return fillDays(readQuery(sql), await findPeriods(readReportDays(sql), totals, nowhere));
  });
  process.stdout.write(JSON.stringify(await Promise.all(filled)));
};

void main();
