import { handler } from '../../functions/merge-days';
import { MemoryS3 } from '../support/memory-s3';
import { showSmall, smallUpload } from '../support/small-uploads';
import { lake } from '../support/uploads';

let s3: MemoryS3;

/** As the schedule calls it. */
const mergeIn = (milliseconds: number) =>
  handler(
    { 'detail-type': 'Scheduled Event' } as never,
    {
      functionName: 'merge-days',
      getRemainingTimeInMillis: () => milliseconds,
    } as never,
  );

beforeEach(async () => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  for (const claim of [1, 2, 3, 4]) await showSmall(s3, smallUpload(claim), { days: ['2026-03-02'] });
});
afterEach(() => {
  delete process.env.SETTINGS;
  s3.restore();
});

describe('merge-days', () => {
  it('merges where a day has as many small uploads as the settings say', async () => {
    await expect(mergeIn(900_000)).resolves.toEqual({ merges: 0, uploads: 0, objects: 0 });
    process.env.SETTINGS = JSON.stringify({ mergeFrom: 4 });
    await expect(mergeIn(900_000)).resolves.toEqual({ merges: 1, uploads: 4, objects: 2 });
  });

  it('begins nothing for which it has no time', async () => {
    process.env.SETTINGS = JSON.stringify({ mergeFrom: 4 });
    await expect(mergeIn(60_000)).resolves.toMatchObject({ merges: 0 });
    expect(s3.names(`${lake}/merges/`)).toEqual([]);
  });
});
