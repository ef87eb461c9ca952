import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, NotFound, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { headSource, readSource } from '../../../core/rows/source';

/** Answers that a real store gives at odd moments only are forced by a stub. */
const s3 = mockClient(S3Client);

const source = { bucket: 'uploads', key: 'logs.csv', version: 'v1' };

/** What the client gives in Node: a readable stream. */
const bodyOf = (text: string) => Readable.from([Buffer.from(text)]) as never;

beforeEach(() => s3.reset());

test('a part is read by version and range', async () => {
  s3.on(GetObjectCommand).resolves({ Body: bodyOf('bcd'), ContentRange: 'bytes 1-3/9' });

  expect((await readSource(source, { start: 1, end: 4 })).toString()).toBe('bcd');
  expect(s3.commandCalls(GetObjectCommand)[0]?.args[0].input).toEqual({
    Bucket: 'uploads',
    Key: 'logs.csv',
    VersionId: 'v1',
    Range: 'bytes=1-3',
  });
});

test('nothing is read without asking', async () => {
  expect(await readSource(source, { start: 4, end: 4 })).toHaveLength(0);
  expect(s3.calls()).toHaveLength(0);
});

test('a whole object in place of a part is refused', async () => {
  s3.on(GetObjectCommand).resolves({ Body: bodyOf('abcdefghi') });

  await expect(readSource(source, { start: 1, end: 4 })).rejects.toThrow(/does not keep to bytes=1-3/);
});

test.each([
  ['its version', 'v1', 'v1'],
  ['the version that S3 tells', undefined, 'v7'],
])('the head of an object says %s', async (_, version, expected) => {
  s3.on(HeadObjectCommand).resolves({ VersionId: 'v7', ContentLength: 12 });

  expect(await headSource('uploads', 'logs.csv', version)).toEqual({ version: expected, size: 12 });
});

test('a bucket without versions has the version null', async () => {
  s3.on(HeadObjectCommand).resolves({});

  expect(await headSource('uploads', 'logs.csv')).toEqual({ version: 'null', size: 0 });
});

test('what is gone is told, other faults are passed on', async () => {
  const denied = new S3ServiceException({ name: 'AccessDenied', $fault: 'client', $metadata: {} });
  s3.on(HeadObjectCommand)
    .rejectsOnce(new NotFound({ message: 'none', $metadata: {} }))
    .rejects(denied);

  await expect(headSource('uploads', 'logs.csv')).rejects.toMatchObject({
    name: 'UnreadableUpload',
    message: expect.stringMatching(/^s3:\/\/uploads\/logs.csv is no longer there/),
  });
  await expect(headSource('uploads', 'logs.csv')).rejects.toBe(denied);
});
