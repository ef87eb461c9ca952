import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { ObjectWriter } from '../../../core/platform/object-writer';

/** Faults of S3 half-way can only be forced by a stub. */
const s3 = mockClient(S3Client);

const piece = Buffer.alloc(1024 * 1024);

const writer = () => new ObjectWriter('cellflow-lake', 'staged/u/0', 'application/octet-stream');

beforeEach(() => {
  s3.reset();
  process.env.AWS_REGION = 'eu-west-1';
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload-1' });
  s3.on(UploadPartCommand).resolves({ ETag: '"part"' });
  s3.on(CompleteMultipartUploadCommand).resolves({ ETag: '"whole"' });
  s3.on(PutObjectCommand).resolves({ ETag: '"whole"' });
});

test('a small object is put at once', async () => {
  const object = writer();

  await object.write('a');
  await object.write(Buffer.from('b'));
  await object.close();

  expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  expect(s3.commandCalls(CreateMultipartUploadCommand)).toHaveLength(0);
});

test('a large object goes in parts', async () => {
  const object = writer();

  for (let n = 0; n < 20; n += 1) await object.write(piece);
  await object.close();

  expect(s3.commandCalls(UploadPartCommand)).toHaveLength(3);
  expect(s3.commandCalls(CompleteMultipartUploadCommand)).toHaveLength(1);
});

test('a part that fails is told to whoever writes, and no parts are left behind', async () => {
  s3.on(UploadPartCommand).rejects(new Error('Slow down'));
  const object = writer();

  const writing = async () => {
    for (let n = 0; n < 200; n += 1) await object.write(piece);
  };

  await expect(writing()).rejects.toThrow('Slow down');
  await object.abort();
  expect(s3.commandCalls(AbortMultipartUploadCommand).length).toBeGreaterThan(0);
  expect(s3.commandCalls(CompleteMultipartUploadCommand)).toHaveLength(0);
});

test('an object given up is not there', async () => {
  const object = writer();
  await object.write('half');

  await object.abort();

  expect(s3.commandCalls(PutObjectCommand)).toHaveLength(0);
});
