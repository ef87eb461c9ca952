import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { bucketSubjects, names } from '../../infra/names';
import { UsageError } from '../errors';
import type { Account } from './account';

/** What arrives while a bucket is emptied, as a log of accesses, is taken out in another round. */
const mostRounds = 5;

const s3 = new S3Client({});

const exists = async (bucket: string, { account }: Account): Promise<boolean> => {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return true;
  } catch (error) {
    const status = (error as S3ServiceException).$metadata?.httpStatusCode;
    if (status === 404) return false;
    if (status === 403) {
      throw new UsageError(
        `The bucket ${bucket} is another account's, or these credentials may not see it (s3:ListBucket).`,
      );
    }
    throw error;
  }
};

/** Those buckets of Cellflow that an account has, whether a stack holds them or not. */
const findBuckets = async (account: Account): Promise<string[]> => {
  const all = bucketSubjects.map((subject) => names.bucket(subject, account));
  const there = await Promise.all(all.map((bucket) => exists(bucket, account)));
  return all.filter((_, i) => there[i]);
};

/**
 * Deletes all that a bucket holds, every version and delete marker of it, a page at a time.
 *
 * @param progress Is told how many are gone so far.
 * @throws where S3 refuses one
 */
const emptyBucket = async (bucket: string, { account }: Account, progress: (gone: number) => void): Promise<number> => {
  const here = { Bucket: bucket, ExpectedBucketOwner: account };
  for (let gone = 0; ; ) {
    // Always the first page: what it named is gone by the next look.
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand(here));
    const page = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (page.length === 0) return gone;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ ...here, Delete: { Objects: page, Quiet: true } }),
    );
    if (Errors[0]) {
      const { Key, Code, Message } = Errors[0];
      throw new UsageError(
        `S3 does not delete ${Key} in ${bucket}: ${Code} ${Message}. Call \`make destroy\` again once that is mended.`,
      );
    }
    gone += page.length;
    progress(gone);
  }
};

/**
 * Deletes a bucket with all that it holds.
 *
 * @returns how many versions and delete markers it held
 */
const deleteBucket = async (bucket: string, account: Account, progress: (gone: number) => void): Promise<number> => {
  for (let round = 1, gone = 0; ; round++) {
    gone += await emptyBucket(bucket, account, progress);
    try {
      await s3.send(new DeleteBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account.account }));
      return gone;
    } catch (error) {
      if ((error as Error).name !== 'BucketNotEmpty' || round === mostRounds) throw error;
    }
  }
};

export { deleteBucket, findBuckets };
