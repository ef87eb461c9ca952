import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { s3 } from '../platform/clients';
import { eachAtOnce, mapAtOnce } from '../platform/concurrency';
import { getBytes } from '../platform/objects';
import type { LandedFile } from './ledger';
import { type Footer, footerBytes, joinFiles, joinFooters, magic, readFooter } from './parquet/joining';
import { byPlace, bytesOf, type Placement } from './placement';

/** Objects that are put together at once, from what is read of the landed ones at once. */
type Unit = Placement[];

const mebibyte = 1024 ** 2;
/** Bytes of a unit; a larger object is one by itself, and goes by parts. */
const unitBytes = 16 * mebibyte;
/** Least bytes of a part, but for the last: S3 wants five mebibytes. A file that has them is copied without being read. */
const partBytes = 8 * mebibyte;
/** Bytes between two files that are read along with them rather than left out. */
const gapBytes = 64 * 1024;
/** Bytes of the end of a file in which its footer mostly is. */
const tailBytes = 64 * 1024;
const readsAtOnce = 8;
const putsAtOnce = 16;

/** Placements in portions that fit into memory. Those of near days come together, for so they lie in what landed. */
function* unitsOf(placements: readonly Placement[]): Generator<Unit> {
  let unit: Unit = [];
  let bytes = 0;
  for (const placement of placements) {
    const size = bytesOf(placement);
    if (unit.length > 0 && bytes + size > unitBytes) {
      yield unit;
      unit = [];
      bytes = 0;
    }
    unit.push(placement);
    bytes += size;
  }
  if (unit.length > 0) yield unit;
}

/** Files of one object that lie close together, in their order. */
function* runsOf(files: readonly LandedFile[]): Generator<LandedFile[]> {
  let run: LandedFile[] = [];
  let end = 0;
  for (const file of files.toSorted(byPlace)) {
    if (run.length > 0 && (run[0]?.key !== file.key || file.offset > end + gapBytes)) {
      yield run;
      run = [];
    }
    run.push(file);
    end = file.offset + file.bytes;
  }
  if (run.length > 0) yield run;
}

const readFiles = async (bucket: string, files: readonly LandedFile[]): Promise<Map<LandedFile, Buffer>> => {
  const read = new Map<LandedFile, Buffer>();
  await eachAtOnce(readsAtOnce, runsOf(files), async (run) => {
    const { key, offset: start } = run[0] as LandedFile;
    const last = run.at(-1) as LandedFile;
    const bytes = await getBytes(bucket, key, start, last.offset + last.bytes);
    for (const file of run) {
      read.set(file, bytes.subarray(file.offset - start, file.offset - start + file.bytes));
    }
  });
  return read;
};

const putTogether = async (bucket: string, unit: Unit): Promise<void> => {
  const read = await readFiles(
    bucket,
    unit.flatMap(({ files }) => files),
  );
  await eachAtOnce(putsAtOnce, unit, async ({ key, files }) => {
    const Body = joinFiles(files.map((file) => read.get(file) as Buffer));
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  });
};

/** A part of an object: bytes of a landed one, or bytes that are at hand. */
type Part = { key: string; start: number; end: number } | Buffer;

const readTail = async (bucket: string, { key, offset, bytes }: LandedFile): Promise<Footer> => {
  const end = offset + bytes;
  const tail = await getBytes(bucket, key, end - Math.min(bytes, tailBytes), end);
  const length = footerBytes(tail);
  return readFooter(bytes, length <= tail.length ? tail : await getBytes(bucket, key, end - length, end));
};

/** The parts of an object whose rows are those of large files, which are not read, and of small ones behind them. */
async function* partsOf(bucket: string, files: readonly LandedFile[]): AsyncGenerator<Part> {
  const [only] = files;
  if (only !== undefined && files.length === 1) {
    yield { key: only.key, start: only.offset, end: only.offset + only.bytes };
    return;
  }
  const large = files.filter(({ bytes }) => bytes >= partBytes);
  const small = files.filter(({ bytes }) => bytes < partBytes);
  const footers = await mapAtOnce(readsAtOnce, large, (file) => readTail(bucket, file));
  for (const [index, { key, offset }] of large.entries()) {
    yield { key, start: offset + (index === 0 ? 0 : magic.length), end: offset + (footers[index] as Footer).end };
  }
  let held: Buffer[] = [];
  for (const { key, offset, bytes } of small) {
    const file = await getBytes(bucket, key, offset, offset + bytes);
    const footer = readFooter(bytes, file);
    held.push(file.subarray(footers.length === 0 ? 0 : magic.length, footer.end));
    footers.push(footer);
    if (held.reduce((sum, { length }) => sum + length, 0) >= partBytes) {
      yield Buffer.concat(held);
      held = [];
    }
  }
  yield Buffer.concat([...held, joinFooters(footers)]);
}

/** Puts an object that is too large for memory together by parts; one that is left unfinished expires by the bucket's rule. */
const putByParts = async (bucket: string, { key, files }: Placement): Promise<void> => {
  const target = { Bucket: bucket, Key: key };
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand(target));
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let number = 0;
  await eachAtOnce(readsAtOnce, partsOf(bucket, files), async (part) => {
    number += 1;
    const named = { ...target, UploadId, PartNumber: number };
    if (Buffer.isBuffer(part)) {
      const { ETag } = await s3().send(new UploadPartCommand({ ...named, Body: part }));
      parts.push({ PartNumber: named.PartNumber, ETag });
      return;
    }
    const source = {
      CopySource: `${bucket}/${part.key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceRange: `bytes=${part.start}-${part.end - 1}`,
    };
    const { CopyPartResult } = await s3().send(new UploadPartCopyCommand({ ...named, ...source }));
    parts.push({ PartNumber: named.PartNumber, ETag: CopyPartResult?.ETag });
  });
  const MultipartUpload = { Parts: parts.toSorted((a, b) => a.PartNumber - b.PartNumber) };
  await s3().send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
};

/** Puts the objects of a unit into the tables: one of several, rows of all their files in one. The same files give the same bytes. */
const putUnit = async (bucket: string, unit: Unit): Promise<void> => {
  const [first] = unit;
  if (first !== undefined && unit.length === 1 && bytesOf(first) > unitBytes) await putByParts(bucket, first);
  else await putTogether(bucket, unit);
};

export { putUnit, unitsOf };
