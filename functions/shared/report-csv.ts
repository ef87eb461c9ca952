import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Upload } from '@aws-sdk/lib-storage';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import { s3 } from './clients';
import { streamObject } from './objects';
import { guardCell } from './spreadsheets';

interface Place {
  bucket: string;
  key: string;
}

/**
 * Copies a result's CSV to where people open it, with every cell made harmless to spreadsheet programs. Holds a few
 * megabytes in memory, whatever the size.
 *
 * @returns rows, without the header
 */
const copyReportCsv = async (from: Place, to: Place, signal: AbortSignal): Promise<number> => {
  let records = 0;
  const guard = new Transform({
    objectMode: true,
    transform(record: string[], _encoding, done) {
      records += 1;
      done(null, record.map(guardCell));
    },
  });
  const body = new PassThrough();
  const upload = new Upload({
    client: s3(),
    params: { Bucket: to.bucket, Key: to.key, Body: body, ContentType: 'text/csv; charset=utf-8' },
  });
  const source = await streamObject({ Bucket: from.bucket, Key: from.key });
  const copied = pipeline(source, parse({ relax_column_count: true }), guard, stringify(), body, { signal });
  try {
    await Promise.all([copied, upload.done()]);
  } catch (error) {
    body.destroy();
    await upload.abort();
    throw error;
  }
  return Math.max(0, records - 1);
};

export { copyReportCsv };
