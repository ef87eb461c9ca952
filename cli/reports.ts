import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../core/platform/clients';
import { environment } from '../core/platform/environment';
import { lakeKeys, reportKeys } from '../core/platform/keys';
import { getJson, listObjects } from '../core/platform/objects';
import type { FileLinks } from '../core/reports/page/files';
import { signLink } from '../core/reports/report-links';
import { readReported } from '../core/reports/rounds/reported';
import type { RunReport } from '../core/reports/saved-reports';
import { UsageError } from './errors';
import { isWaiting } from './rounds';

/** The id under which an upload's reports are: that of another, where they were reported together. */
const reportsOf = async (upload: string): Promise<string> => (await readReported(upload))?.upload ?? upload;

/**
 * The reports of an upload, by name.
 *
 * @throws {@link UsageError} where the upload has no reports
 */
const readReports = async (upload: string): Promise<RunReport[]> => {
  const lake = environment('LAKE_BUCKET');
  const reports: RunReport[] = [];
  for await (const { key } of listObjects(lake, lakeKeys.reports(upload))) {
    const stored = await getJson<RunReport>(lake, key);
    if (stored) reports.push(stored.value);
  }
  if (reports.length === 0 && (await isWaiting(upload))) {
    throw new UsageError(
      `${upload} is not reported yet: its rows are in the lake, and it waits to be reported with others. \`cellflow list\` shows by whom.`,
    );
  }
  if (reports.length === 0) {
    throw new UsageError(`There are no reports of ${upload}: \`cellflow list\` shows the uploads and how they ended.`);
  }
  return reports.toSorted((a, b) => a.name.localeCompare(b.name));
};

/** An object as a browser saves it: what is kept packed is unpacked. */
const saveObject = async (bucket: string, key: string, file: string): Promise<void> => {
  const { Body, ContentEncoding } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const unpack = ContentEncoding === 'gzip' ? createGunzip() : new PassThrough();
  await pipeline(Body as Readable, unpack, createWriteStream(file));
};

/** Saves an upload's page, CSV files, workbook and map into a folder; gives the paths. */
const saveReports = async (upload: string, folder: string): Promise<string[]> => {
  await mkdir(folder, { recursive: true });
  const bucket = environment('REPORTS_BUCKET');
  const saved: string[] = [];
  for await (const { key } of listObjects(bucket, `${upload}/`)) {
    const file = join(folder, key.slice(upload.length + 1).replaceAll('/', '-'));
    await saveObject(bucket, key, file);
    saved.push(file);
  }
  return saved;
};

/** A signed link to an upload's page, as the mail has it. */
const pageLink = (upload: string): Promise<string> => signLink(reportKeys.page(upload));

/** Signed links to the files of an upload that other programs open: none where there is no such file, as of an older upload. */
const fileLinks = async (upload: string): Promise<FileLinks> => {
  const there = new Set<string>();
  for await (const { key } of listObjects(environment('REPORTS_BUCKET'), `${upload}/`)) there.add(key);
  const link = async (key: string) => (there.has(key) ? signLink(key) : undefined);
  return { workbook: await link(reportKeys.workbook(upload)), map: await link(reportKeys.mapFile(upload)) };
};

export { fileLinks, pageLink, readReports, reportsOf, saveReports };
