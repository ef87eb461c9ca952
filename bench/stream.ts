/**
 * From the bytes of a CSV to records that a stream has confirmed: `npx tsx bench/stream.ts SUBJECT FILE`, which `stream.py` calls.
 *
 * The stream and the endpoint are in the environment. What was sent is printed as a line of JSON.
 */
import { readFileSync } from 'node:fs';
import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { inferSchema, initParser } from 'udsv';
import { kinesis } from '../core/platform/clients';
import { eachAtOnce } from '../core/platform/concurrency';
import { environment } from '../core/platform/environment';
import { groupForCalls, putRecords } from '../core/stream/record-stream';
import { recordId } from '../core/stream/records';
import { validate } from './validated';

interface Sent {
  rows: number;
  entries: number;
  bytes: number;
}

/** As core/stream/publishing.ts sends. */
const callsAtOnce = 3;
/** For what takes a record a row: more do not make the endpoint faster. */
const singleAtOnce = 16;
const rowsOfCall = 500;

/** Validated, packed, published: the code of *Validate chunk* and *Publish chunk* without S3 between them. */
const cellflow = async (bytes: Buffer, names: string[]): Promise<Sent> => {
  const staged: Buffer[] = [];
  const { upload, summary } = await validate(bytes, names, (payload) => {
    staged.push(payload);
  });
  async function* records() {
    for (const [n, payload] of staged.entries()) yield { n, id: recordId(upload.id, 0, n), payload };
  }
  await eachAtOnce(callsAtOnce, groupForCalls(records()), (group) => putRecords(group, Date.now() + 600_000));
  const size = staged.reduce((sum, payload, n) => sum + payload.length + recordId(upload.id, 0, n).length, 0);
  return { rows: summary.valid, entries: staged.length, bytes: size };
};

/** Rows as JSON, an object a row, as producers write them. */
const jsonRows = (bytes: Buffer, names: string[]): Buffer[] => {
  const text = `${names.join(',')}\n${bytes.toString()}`;
  const rows = initParser(inferSchema(text.slice(0, 10_000))).stringObjs(text);
  return rows.map((row) => Buffer.from(JSON.stringify(row)));
};

const sentOf = (rows: Buffer[]): Sent => ({
  rows: rows.length,
  entries: rows.length,
  bytes: rows.reduce((sum, row, n) => sum + row.length + String(n).length, 0),
});

const onePutRecordARow = async (bytes: Buffer, names: string[]): Promise<Sent> => {
  const rows = jsonRows(bytes, names);
  await eachAtOnce(singleAtOnce, rows.entries(), async ([n, Data]) => {
    await kinesis().send(
      new PutRecordCommand({ StreamName: environment('STREAM_NAME'), PartitionKey: String(n), Data }),
    );
  });
  return sentOf(rows);
};

const putRecordsOfRows = async (bytes: Buffer, names: string[]): Promise<Sent> => {
  const rows = jsonRows(bytes, names);
  const calls = Array.from({ length: Math.ceil(rows.length / rowsOfCall) }, (_, call) => call * rowsOfCall);
  await eachAtOnce(callsAtOnce, calls, async (first) => {
    const Records = rows.slice(first, first + rowsOfCall).map((Data, n) => ({ PartitionKey: String(first + n), Data }));
    const { FailedRecordCount } = await kinesis().send(
      new PutRecordsCommand({ StreamName: environment('STREAM_NAME'), Records }),
    );
    if (FailedRecordCount) throw new Error(`${FailedRecordCount} records were refused.`);
  });
  return sentOf(rows);
};

const subjects: Record<string, (bytes: Buffer, names: string[]) => Promise<Sent>> = {
  cellflow,
  PutRecord: onePutRecordARow,
  PutRecords: putRecordsOfRows,
};

const [, , subject = '', file = ''] = process.argv;
const work = subjects[subject];
if (work === undefined) throw new Error(`"${subject}" is none of ${Object.keys(subjects).join(', ')}.`);
const whole = readFileSync(file);
const headerEnd = whole.indexOf('\n') + 1;
const names = whole.toString('utf8', 0, headerEnd).trim().split(',');
const bytes = whole.subarray(headerEnd);
const began = performance.now();
const sent = await work(bytes, names);
const seconds = (performance.now() - began) / 1_000;
console.log(JSON.stringify({ ...sent, seconds, peakMB: (process.resourceUsage().maxRSS * 1024) / 1e6 }));
