import { seal } from '../../core/lake/sealing';
import { withdrawUpload } from '../../core/lake/withdrawal';
import { clock } from '../../core/platform/clock';
import { handler } from '../../functions/sweep-lake';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, lake, land, makeLedger, makeTotals, makeUpload } from '../support/uploads';

const upload = makeUpload();
let s3: MemoryS3;

/** As the schedule calls it. */
const sweepIn = (milliseconds: number) =>
  handler(
    { 'detail-type': 'Scheduled Event' } as never,
    {
      functionName: 'sweep-lake',
      getRemainingTimeInMillis: () => milliseconds,
    } as never,
  );

beforeEach(async () => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  land(s3, makeLedger({ rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
  claimFor(s3, upload);
  await seal(lake, upload, makeTotals(), () => true);
  await withdrawUpload(lake, upload.id, { delay: 1 });
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.SETTINGS;
  s3.restore();
});

describe('sweep-lake', () => {
  it('deletes what was withdrawn after the time that the settings name', async () => {
    process.env.SETTINGS = JSON.stringify({ sweepGraceMinutes: 60 });
    await expect(sweepIn(900_000)).resolves.toMatchObject({ uploads: 0, objects: 0 });
    const later = Date.now() + 61 * 60_000;
    jest.spyOn(clock, 'now').mockImplementation(() => later);
    await expect(sweepIn(900_000)).resolves.toMatchObject({ uploads: 1, objects: 2 });
    expect(s3.names(`${lake}/measurements/`)).toEqual([]);
  });

  it('begins nothing for which it has no time', async () => {
    const later = Date.now() + 24 * 60 * 60_000;
    jest.spyOn(clock, 'now').mockImplementation(() => later);
    await expect(sweepIn(30_000)).resolves.toMatchObject({ uploads: 0 });
    expect(s3.names(`${lake}/measurements/`)).toHaveLength(1);
  });
});
