import { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { deleteObjects } from '../../../core/platform/objects';
import { MemoryS3 } from '../../support/memory-s3';

describe('deleting', () => {
  it('fails where S3 refuses a single object, under S3’s own name for it, which the state machine retries', async () => {
    const mock = mockClient(S3Client);
    mock.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'k', Code: 'SlowDown', Message: 'Reduce your rate' }] });
    await expect(deleteObjects('lake', ['k'])).rejects.toMatchObject({ name: 'SlowDown' });
    mock.restore();
  });

  it('asks for no more than 1,000 objects at once', async () => {
    const s3 = new MemoryS3();
    await deleteObjects(
      'lake',
      Array.from({ length: 2_001 }, (_, n) => `k${n}`),
    );
    expect(s3.requests.filter(({ operation }) => operation === 'DeleteObjects')).toHaveLength(3);
    s3.restore();
  });
});
