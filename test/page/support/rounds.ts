import type { PageFile } from '../../../core/reports/page/page';
import { makeTotals, makeUpload } from '../../support/uploads';

interface Given {
  /** The key of each file. */
  key?: (n: number) => string;
  /** How many have rejected rows. */
  faulty?: number;
  /** What links begin with. */
  base?: string;
}

const day = (n: number): string => `2026-02-${String((n % 27) + 1).padStart(2, '0')}`;

/** Files of a round, of 1,000 rows each; the last ones have rejected rows and values that were set aside. */
const roundFiles = (count: number, { key, faulty = 0, base = 'https://links.example' }: Given = {}): PageFile[] =>
  Array.from({ length: count }, (_, n) => {
    const rejected = n >= count - faulty ? n - count + faulty + 1 : 0;
    const id = n.toString(16).padStart(16, '0');
    const query = `expires=1770604800&signature=${'5'.repeat(64)}`;
    return {
      upload: makeUpload({ id, key: key?.(n) ?? `incoming/north/phone-${n + 1}.csv` }),
      totals: makeTotals({
        rows: 1_000,
        valid: 1_000 - rejected,
        rejected,
        rowsWithSetAside: rejected,
        setAside: rejected > 0 ? { 'speed range': rejected } : {},
        reasons: rejected > 0 ? { 'signal range': rejected } : {},
        firstDay: day(n),
        lastDay: day(n),
        days: [day(n)],
        columns: { date: [1_000 - rejected, 0, 0], hour: [1_000 - rejected, 0, 0] },
      }),
      format: { title: 'Cellflow', time: { written: 'day and time', means: 'wall clock' } },
      links: {
        rejectedRows: `${base}/r/${id}/rejected-rows.csv?${query}`,
        setAsideValues: rejected > 0 ? `${base}/r/${id}/set-aside-values.csv?${query}` : undefined,
      },
    };
  });

export { roundFiles };
