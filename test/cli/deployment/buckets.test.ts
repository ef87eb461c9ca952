import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { deleteBucket, findBuckets } from '../../../cli/deployment/buckets';

const account = { account: '123456789012', region: 'eu-west-1' };
const bucket = 'cellflow-uploads-123456789012-eu-west-1';
const s3 = mockClient(S3Client);

interface Version {
  Key: string;
  VersionId: string;
  marker?: boolean;
}

/** A bucket of 1,000 names a page, as S3 lists it. */
const holding = (held: Version[]): void => {
  s3.on(ListObjectVersionsCommand).callsFake(() => {
    const page = held.slice(0, 1_000);
    return { Versions: page.filter(({ marker }) => !marker), DeleteMarkers: page.filter(({ marker }) => marker) };
  });
  s3.on(DeleteObjectsCommand).callsFake(({ Delete: { Objects } }) => {
    if (Objects.length > 1_000) throw new Error('MalformedXML');
    const named = new Set(Objects.map(({ Key, VersionId }: Version) => `${Key} ${VersionId}`));
    held.splice(0, held.length, ...held.filter(({ Key, VersionId }) => !named.has(`${Key} ${VersionId}`)));
    return {};
  });
};

const answer = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

const ignore = (): void => {};

beforeEach(() => s3.reset());

test('buckets are found by their names, and only those of the account', async () => {
  s3.on(HeadBucketCommand).rejects(answer('NotFound', 404));
  s3.on(HeadBucketCommand, { Bucket: bucket, ExpectedBucketOwner: account.account }).resolves({});
  expect(await findBuckets(account)).toEqual([bucket]);
});

test("a bucket that is somebody else's is named", async () => {
  s3.on(HeadBucketCommand).rejects(answer('Forbidden', 403));
  await expect(findBuckets(account)).rejects.toThrow(`The bucket ${bucket} is another account's`);
});

test('every version and delete marker goes, page by page, and then the bucket', async () => {
  const held = Array.from({ length: 2_500 }, (_, i) => ({
    Key: `k${i >> 1}`,
    VersionId: `v${i}`,
    marker: i % 5 === 0,
  }));
  holding(held);
  s3.on(DeleteBucketCommand).callsFake(() => {
    if (held.length > 0) throw answer('BucketNotEmpty', 409);
    return {};
  });
  const progress: number[] = [];
  expect(await deleteBucket(bucket, account, (gone) => progress.push(gone))).toBe(2_500);
  expect(progress).toEqual([1_000, 2_000, 2_500]);
  expect(s3.commandCalls(DeleteBucketCommand)).toHaveLength(1);
});

test('what arrives meanwhile goes too', async () => {
  const held: Version[] = [];
  holding(held);
  s3.on(DeleteBucketCommand)
    .callsFakeOnce(() => {
      held.push({ Key: 'log', VersionId: 'null' });
      throw answer('BucketNotEmpty', 409);
    })
    .callsFake(() => ({}));
  expect(await deleteBucket(bucket, account, ignore)).toBe(1);
});

test('a bucket that never gets empty ends in the error of S3', async () => {
  holding([]);
  s3.on(DeleteBucketCommand).rejects(answer('BucketNotEmpty', 409));
  await expect(deleteBucket(bucket, account, ignore)).rejects.toThrow('BucketNotEmpty');
});

test('an object that S3 does not delete stops it, named', async () => {
  s3.on(ListObjectVersionsCommand).resolves({ Versions: [{ Key: 'held.csv', VersionId: '1' }] });
  s3.on(DeleteObjectsCommand).resolves({
    Errors: [{ Key: 'held.csv', Code: 'AccessDenied', Message: 'Access Denied' }],
  });
  await expect(deleteBucket(bucket, account, ignore)).rejects.toThrow(
    `S3 does not delete held.csv in ${bucket}: AccessDenied`,
  );
  expect(s3.commandCalls(DeleteBucketCommand)).toHaveLength(0);
});
