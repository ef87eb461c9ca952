import { S3ServiceException } from '@aws-sdk/client-s3';
import { seal } from '../../../core/lake/sealing';
import { enlist, makeVisible } from '../../../core/lake/visibility';
import { readClaimLog } from '../../../core/lake/visibility-log';
import { UnknownUpload, withdrawUpload } from '../../../core/lake/withdrawal';
import { clock } from '../../../core/platform/clock';
import { Superseded } from '../../../core/uploads/upload-errors';
import { holdClock } from '../../support/held-clock';
import { MemoryS3 } from '../../support/memory-s3';
import { claimFor, idOf, lake, land, makeLedger, makeTotals, makeUpload } from '../../support/uploads';

const upload = makeUpload();
const newer = makeUpload({ id: idOf('b'), version: 'v2' });
const totals = makeTotals();
// Time passes only where it is slept: no write is given up because this machine is slow.
const notice = { delay: 20_000 };
let s3: MemoryS3;

const prepare = () => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  land(s3, makeLedger({ rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
  claimFor(s3, upload);
};

beforeEach(() => {
  holdClock(1_700_000_000_000);
  prepare();
});
afterEach(() => {
  jest.restoreAllMocks();
  s3.restore();
});

const sealUpload = () => seal(lake, upload, totals, () => true);

const show = async () => {
  await sealUpload();
  await makeVisible(lake, upload, notice);
};

/** Uploads that a query sees that begins now. */
const seen = async () =>
  [...(await readClaimLog(lake, upload.claim)).versions]
    .filter(([, { from = Infinity, until = Infinity }]) => from <= clock.now() && clock.now() < until)
    .map(([id]) => id);

describe('withdrawing an upload', () => {
  it('takes its rows from queries and says how many', async () => {
    await show();
    await expect(seen()).resolves.toEqual([upload.id]);
    const withdrawal = await withdrawUpload(lake, upload.id, notice);
    expect(withdrawal).toEqual({
      key: upload.key,
      uploads: [{ upload: upload.id, rows: 30, objects: 2 }],
      rows: 30,
      objects: 2,
    });
    await expect(seen()).resolves.toEqual([]);
    expect(s3.json(`lake/${upload.claim}`)).toMatchObject({ upload: upload.id, withdrawn: true });
  });

  it('tells what it hid also where the answer to its write was lost', async () => {
    await show();
    let lost = 0;
    s3.fault = ({ operation, key }) => {
      if (operation !== 'PutObject' || !key.startsWith('visibility/') || lost > 0) return undefined;
      lost += 1;
      const $metadata = { httpStatusCode: 500 };
      return { after: new S3ServiceException({ name: 'InternalError', $fault: 'server', $metadata }) };
    };
    await expect(withdrawUpload(lake, upload.id, notice)).resolves.toMatchObject({ rows: 30, objects: 2 });
    expect(lost).toBe(1);
  });

  it('finds nothing left the second time', async () => {
    await show();
    await withdrawUpload(lake, upload.id, notice);
    await expect(withdrawUpload(lake, upload.id, notice)).resolves.toMatchObject({ rows: 0, objects: 0 });
  });

  it('ends its execution as superseded, also one that is at sealing', async () => {
    await withdrawUpload(lake, upload.id, notice);
    await expect(sealUpload()).rejects.toThrow(Superseded);
    await expect(makeVisible(lake, upload, notice)).rejects.toThrow(Superseded);
  });

  it.each(['measurements/', 'visibility/', 'sealed/'])(
    'while its sealing puts something under %s leaves nothing to be seen',
    async (at) => {
      let withdrawing: Promise<unknown> | undefined;
      s3.fault = ({ operation, key }) => {
        if (operation === 'PutObject' && key.startsWith(at)) withdrawing ??= withdrawUpload(lake, upload.id, notice);
        return undefined;
      };
      await sealUpload().catch((error) => expect(error).toBeInstanceOf(Superseded));
      await withdrawing;
      await expect(makeVisible(lake, upload, notice)).rejects.toThrow(Superseded);
      await expect(seen()).resolves.toEqual([]);
    },
  );

  it('goes on where it was killed', async () => {
    await show();
    const before = s3.requests.length;
    await withdrawUpload(lake, upload.id, notice);
    const requests = s3.requests.length - before;
    for (let number = 1; number <= requests; number += 1) {
      s3.restore();
      prepare();
      await show();
      const start = s3.requests.length;
      s3.fault = (request) => (request.number === start + number ? { after: new Error('killed') } : undefined);
      await expect(withdrawUpload(lake, upload.id, notice)).rejects.toThrow('killed');
      s3.fault = () => undefined;
      await withdrawUpload(lake, upload.id, notice);
      await expect(seen()).resolves.toEqual([]);
    }
  });

  it('takes away too what it had not replaced yet', async () => {
    await show();
    claimFor(s3, newer, 2);
    await enlist(lake, newer);
    await expect(withdrawUpload(lake, newer.id, notice)).resolves.toMatchObject({ rows: 30 });
    await expect(seen()).resolves.toEqual([]);
  });

  it('of an overtaken one leaves the newer version in force', async () => {
    await show();
    claimFor(s3, newer, 2);
    await enlist(lake, newer);
    await makeVisible(lake, newer, notice);
    await expect(withdrawUpload(lake, upload.id, notice)).resolves.toMatchObject({ rows: 0 });
    await expect(seen()).resolves.toEqual([newer.id]);
    expect(s3.json(`lake/${upload.claim}`)).not.toHaveProperty('withdrawn');
  });

  it('tries again where another writer moved the claim', async () => {
    await show();
    let moved = false;
    s3.fault = ({ operation, key }) => {
      if (operation === 'PutObject' && key === upload.claim && !moved) {
        moved = true;
        s3.putJson(`lake/${upload.claim}`, { ...s3.json<object>(`lake/${upload.claim}`), sequencer: '2' });
      }
      return undefined;
    };
    await withdrawUpload(lake, upload.id, notice);
    expect(s3.json(`lake/${upload.claim}`)).toMatchObject({ withdrawn: true, sequencer: '2' });
  });

  it('refuses an id that it does not know', async () => {
    await expect(withdrawUpload(lake, idOf('f'), notice)).rejects.toThrow(UnknownUpload);
  });
});
