import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../core/platform/clients';
import { buckets } from './emulator';

interface UploadEvent {
  time: string;
  detail: { bucket: { name: string }; object: { key: string; 'version-id'?: string; sequencer: string } };
}

let events = 0;

/** A sequencer later than all before it. */
const nextSequencer = (): string => {
  events += 1;
  return `00${(1_000 + events).toString(16).toUpperCase()}`;
};

/** Puts a file into the uploads bucket; gives the event that S3 tells of it. */
const uploadFile = async (key: string, file: string | Buffer): Promise<UploadEvent> => {
  const body = Buffer.from(file);
  const { VersionId } = await s3().send(
    new PutObjectCommand({ Bucket: buckets.UPLOADS_BUCKET, Key: key, Body: body, ContentLength: body.length }),
  );
  return {
    time: '2026-02-01T10:00:00Z',
    detail: {
      bucket: { name: buckets.UPLOADS_BUCKET },
      object: { key, 'version-id': VersionId, sequencer: nextSequencer() },
    },
  };
};

const readObject = async (bucket: string, key: string): Promise<Buffer> => {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const readText = async (bucket: string, key: string): Promise<string> => (await readObject(bucket, key)).toString();

const readJson = async <Value>(bucket: string, key: string): Promise<Value> => JSON.parse(await readText(bucket, key));

const writeText = async (bucket: string, key: string, text: string): Promise<void> => {
  await s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
};

export type { UploadEvent };
export { nextSequencer, readJson, readObject, readText, uploadFile, writeText };
