import { spawn } from 'node:child_process';
import { environment } from '../../core/platform/environment';
import { linkedFiles } from '../../core/reports/page/files';
import { paint, plural, printable } from '../format';
import { fileLinks, pageLink, readReports, reportsOf, saveReports } from '../reports';
import type { Target } from '../target';

interface ReportsOptions {
  open?: boolean;
  save?: string;
  json?: boolean;
}

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

const openInBrowser = (link: string): void => {
  const child = spawn(openers[process.platform] ?? 'xdg-open', [link], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log('No browser could be started here: open the link above.'));
  child.unref();
};

/** `cellflow reports UPLOAD` */
const reports = async (_target: Target, given: string, options: ReportsOptions): Promise<void> => {
  const upload = await reportsOf(given);
  const found = await readReports(upload);
  const page = await pageLink(upload);
  const files = await fileLinks(upload);
  const saved = options.save === undefined ? undefined : await saveReports(upload, options.save);
  if (options.json) {
    console.log(
      JSON.stringify({
        upload: given,
        reportedAs: upload,
        bucket: environment('REPORTS_BUCKET'),
        page,
        ...files,
        reports: found,
        saved,
      }),
    );
  } else {
    if (upload !== given) console.log(`${given} was reported with other files, as ${upload}:\n`);
    for (const { name, title, rows, status, reason } of found) {
      const told = status === 'done' ? plural(rows, 'row') : paint('red', `failed: ${printable(reason ?? '')}`);
      console.log(`  ${printable(name).padEnd(36)} ${printable(title)} — ${told}`);
    }
    for (const file of saved ?? []) console.log(`  saved ${file}`);
    console.log(`\nPage: ${page}`);
    for (const { text, link } of linkedFiles(files)) console.log(`${text}: ${link}`);
  }
  if (options.open) openInBrowser(page);
};

export { reports };
