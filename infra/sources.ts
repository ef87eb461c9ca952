import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readReportHeader, readReportOrder } from '../core/reports/report-header';

/** The repository: `cdk` runs the app where `cdk.json` is, and so do the tests. */
const root = process.cwd();

interface SavedReport {
  /** The file's name without `.sql`, which is the named query's name. */
  readonly name: string;
  /** As the comment header says it. @default - the name */
  readonly title: string;
  /** Place on the page. @default - behind those that have one, by name */
  readonly order: number;
  readonly sql: string;
}

/** The saved reports of `sql/`, in the order of the page. */
const savedReports = (): SavedReport[] =>
  readdirSync(join(root, 'sql'))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const name = basename(file, '.sql');
      const sql = readFileSync(join(root, 'sql', file), 'utf8');
      return { name, title: readReportHeader(name, sql).title, order: readReportOrder(sql) ?? Infinity, sql };
    })
    .sort((a, b) => (a.order === b.order ? 0 : a.order - b.order));

export type { SavedReport };
export { root, savedReports };
