import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The repository: `cdk` runs the app where `cdk.json` is, and so do the tests. */
const root = process.cwd();

interface SavedReport {
  /** The file's name without `.sql`, which is the named query's name. */
  readonly name: string;
  /** The first line of the comment header. @default - the name */
  readonly title: string;
  /** Place on the page. @default - behind those that have one, by name */
  readonly order: number;
  readonly sql: string;
}

const header = (sql: string, field: string): string | undefined =>
  new RegExp(`^-- ${field}:\\s*(.+?)\\s*$`, 'm').exec(sql)?.[1];

/** The saved reports of `sql/`, in the order of the page. */
const savedReports = (): SavedReport[] =>
  readdirSync(join(root, 'sql'))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const name = basename(file, '.sql');
      const sql = readFileSync(join(root, 'sql', file), 'utf8');
      return { name, title: header(sql, 'title') ?? name, order: Number(header(sql, 'order') ?? Infinity), sql };
    })
    .sort((a, b) => (a.order === b.order ? 0 : a.order - b.order));

export type { SavedReport };
export { root, savedReports };
