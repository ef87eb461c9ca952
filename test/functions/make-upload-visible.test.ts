import { enlist } from '../../core/lake/visibility';
import { handler, makeUploadVisible } from '../../functions/make-upload-visible';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, idOf, lake, makeUpload } from '../support/uploads';

const upload = makeUpload();
const newer = makeUpload({ id: idOf('b'), version: 'v2' });
let s3: MemoryS3;

beforeEach(async () => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  process.env.SETTINGS = JSON.stringify({ visibilityNoticeMs: 100 });
  claimFor(s3, upload);
  await enlist(lake, upload);
});
afterEach(() => {
  delete process.env.SETTINGS;
  s3.restore();
});

describe('make-upload-visible', () => {
  it('tells from when queries see the upload, and ends no earlier', async () => {
    const began = Date.now();
    const { from, replaced } = await makeUploadVisible({ upload });
    expect(replaced).toEqual([]);
    expect(Date.parse(from)).toBeGreaterThanOrEqual(began + 100);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(from));
  });

  it('names what it replaced', async () => {
    await makeUploadVisible({ upload });
    claimFor(s3, newer, 2);
    await enlist(lake, newer);
    await expect(makeUploadVisible({ upload: newer })).resolves.toMatchObject({ replaced: [upload.id] });
  });

  it('ends for an upload that was retired', async () => {
    claimFor(s3, newer, 2);
    await enlist(lake, newer);
    await makeUploadVisible({ upload: newer });
    await expect(makeUploadVisible({ upload })).rejects.toMatchObject({ name: 'Superseded' });
  });

  it('takes an event with the upload, and no other', async () => {
    const context = { functionName: 'make-upload-visible' } as never;
    await expect(handler({ upload }, context)).resolves.toMatchObject({ replaced: [] });
    await expect(handler({} as never, context)).rejects.toThrow();
  });
});
