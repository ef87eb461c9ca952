import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { RunReport } from '../core/reports/saved-reports';
import { follow } from './following';
import { count, paint, plural, printable } from './format';
import type { Summary } from './outcome';
import { readReports, saveReports } from './reports';
import { findTarget, localDir, root, type Target } from './target';
import { awaitExecution, uploadFile } from './uploading';

/** `make demo`: the laptop edition from nothing to the mail, with one file. */

const shownRows = 5;
const python = join(root, '.venv', 'bin', 'python');
const fromRoot = (path: string): string => relative(root, path);

const runStack = (command: 'up' | 'down' | 'status', stdio: 'inherit' | 'ignore' = 'inherit'): Promise<number | null> =>
  new Promise((ended, failed) => {
    const child = spawn(python, ['-m', 'local.stack', command], { cwd: root, stdio });
    child.on('error', failed);
    child.on('exit', ended);
  });

const isUp = async (): Promise<boolean> => (await runStack('status', 'ignore')) === 0;

const bringUp = async (): Promise<void> => {
  if ((await runStack('up')) !== 0) throw new Error('The laptop edition did not come up; the reason is above.');
};

const savedCsv = ({ csv }: RunReport, folder: string): string => join(folder, basename(csv));

/** The reports that were done, in the order of the page. */
const readDone = async (upload: string, listed: readonly { name: string }[]): Promise<RunReport[]> => {
  const place = (report: RunReport) => listed.findIndex(({ name }) => name === report.name);
  const done = (await readReports(upload)).filter(({ status }) => status === 'done');
  return done.sort((a, b) => place(a) - place(b));
};

const showReport = async (report: RunReport, folder: string): Promise<void> => {
  console.log(`\n${paint('bold', printable(report.title))} (${plural(report.rows, 'row')})`);
  const rows: string[][] = parse(await readFile(savedCsv(report, folder)), { to: shownRows + 1 });
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => printable(row[i] ?? '').length)));
  for (const row of rows) console.log(`  ${row.map((cell, i) => printable(cell).padEnd(widths[i] ?? 0)).join('  ')}`);
  if (report.rows > shownRows) console.log(`  … ${count(report.rows - shownRows)} more`);
};

/** The mail that tells of an upload: the newest that names it. */
const findMail = async ({ mailDir }: Target, upload: string): Promise<string> => {
  const folder = mailDir ?? join(localDir, 'mail');
  for (const name of (await readdir(folder)).sort().reverse()) {
    const file = join(folder, name);
    if (
      name.endsWith('.eml') &&
      (await readFile(file, 'utf8')).replaceAll('=\r\n', '').replaceAll('=\n', '').includes(upload)
    )
      return file;
  }
  throw new Error(`No mail in ${folder} names the upload ${upload}.`);
};

const writeResult = async (summary: Summary, reports: RunReport[], folder: string, mail: string): Promise<string> => {
  const result = {
    upload: summary.upload,
    execution: summary.execution,
    status: summary.status,
    rows: summary.rows,
    days: summary.days,
    reports: reports.map((report) => ({
      name: report.name,
      title: report.title,
      csv: fromRoot(savedCsv(report, folder)),
      rows: report.rows,
    })),
    page: fromRoot(join(folder, 'index.html')),
    mail: fromRoot(mail),
    seconds: summary.seconds,
  };
  const file = join(localDir, 'demo.json');
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
};

const showFile = async (target: Target, file: string): Promise<void> => {
  console.log(`\nUploading ${paint('bold', printable(file))}`);
  const execution = await awaitExecution(target, await uploadFile(target, { file }));
  const summary = await follow(target, execution, {});
  if (summary.status !== 'SUCCEEDED' || summary.upload === undefined || summary.unreported) {
    process.exitCode = 1;
    return;
  }
  const folder = join(localDir, 'demo');
  await rm(folder, { recursive: true, force: true });
  const reported = summary.reported?.upload ?? summary.upload;
  await saveReports(reported, folder);
  const reports = await readDone(reported, summary.reports ?? []);
  for (const report of reports) await showReport(report, folder);
  const mail = await findMail(target, reported);
  const result = await writeResult(summary, reports, folder, mail);
  console.log(`\nReport page  ${fromRoot(join(folder, 'index.html'))}`);
  console.log(`Mail         ${fromRoot(mail)}`);
  console.log(`Figures      ${fromRoot(result)}`);
};

const main = async (): Promise<void> => {
  const file = resolve(process.argv[2] ?? join(root, 'samples', 'two-days.csv'));
  if (!existsSync(file)) throw new Error(`${file} does not exist: name a CSV file with FILE=…`);
  await mkdir(localDir, { recursive: true });
  await rm(join(localDir, 'demo.json'), { force: true });
  const wasUp = await isUp();
  // An interrupted demo still stops what it started: the signal ends the wait, and `finally` does the rest.
  const interrupted = new Promise<never>((_, stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => stop(new Error(`Stopped by ${signal}.`)));
  });
  interrupted.catch(() => {});
  try {
    await bringUp();
    await Promise.race([
      findTarget({ target: 'laptop', stack: 'Cellflow' }).then((t) => showFile(t, file)),
      interrupted,
    ]);
  } finally {
    if (!wasUp) await runStack('down');
  }
};

main().catch((error: Error) => {
  console.error(`demo: ${error.message}`);
  process.exit(1);
});
