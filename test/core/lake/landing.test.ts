import { findPoison, LandingDefect, readLanding } from '../../../core/lake/landing';
import { MemoryS3 } from '../../support/memory-s3';
import { idOf, lake, land, makeLedger, makePlan } from '../../support/uploads';

const plan = makePlan();
let s3: MemoryS3;

beforeEach(() => {
  s3 = new MemoryS3();
});
afterEach(() => s3.restore());

describe('what has landed', () => {
  it('is nothing before the first batch', async () => {
    await expect(readLanding(lake, plan)).resolves.toMatchObject({
      rows: 0,
      records: 0,
      planned: 3,
      missing: [
        { chunk: 0, records: [[0, 1]] },
        { chunk: 1, records: [[0, 0]] },
      ],
    });
  });

  it('is all where each planned record is in the ledger once, over several pages', async () => {
    land(
      s3,
      makeLedger({ n: 1, records: { 0: [[1, 1]] } }),
      makeLedger({ n: 2, records: { 1: [[0, 0]] } }),
      makeLedger({ n: 3, records: { 0: [[0, 0]] } }),
    );
    const found = await readLanding(lake, plan);
    expect(found).toMatchObject({ rows: 30, records: 3, missing: [] });
  });

  it('names what is missing, however the sums look', async () => {
    land(s3, makeLedger({ rows: 30, records: { 0: [[1, 1]], 1: [[0, 0]] } }));
    const { missing, rows } = await readLanding(lake, plan);
    expect([rows, missing]).toEqual([30, [{ chunk: 0, records: [[0, 0]] }]]);
  });

  it('leaves other uploads alone', async () => {
    land(s3, makeLedger({ upload: idOf('b') }));
    await expect(readLanding(lake, plan)).resolves.toMatchObject({ records: 0 });
  });

  it.each([
    [
      'twice, in two pages',
      [makeLedger({ n: 1 }), makeLedger({ n: 2 })],
      /0 of chunk 0 landed twice \(seen in page 0000000[12] of the ledger\)/,
    ],
    [
      'twice, in a page of version 0.1 and in one of this',
      [makeLedger({ n: 0, token: '1f2e3d4c-7' }), makeLedger({ n: 1 })],
      /landed twice/,
    ],
    [
      'twice, in one page',
      [
        makeLedger({
          records: {
            0: [
              [0, 0],
              [0, 0],
            ],
          },
        }),
      ],
      /landed twice/,
    ],
    ['that was not planned', [makeLedger({ records: { 0: [[2, 2]] } })], /Record 2 of chunk 0 landed, which has 2/],
    ['of a chunk that was not planned', [makeLedger({ records: { 7: [[0, 0]] } })], /chunk 7 landed, which has 0/],
    ['with too few rows', [makeLedger({ rows: 29, records: { 0: [[0, 1]], 1: [[0, 0]] } })], /29 rows instead of 30/],
  ])('is a defect where a record landed %s', async (_case, ledgers, message) => {
    land(s3, ...ledgers);
    const reading = readLanding(lake, plan);
    await expect(reading).rejects.toThrow(LandingDefect);
    await expect(reading).rejects.toThrow(message);
  });

  it('is a defect where a page says other rows than its objects hold', async () => {
    const ledger = makeLedger();
    land(s3, { ...ledger, rows: 11 });
    await expect(readLanding(lake, plan)).rejects.toThrow(
      'Page 00000001 of the ledger says 11 rows, its objects hold 10',
    );
  });
});

describe('a record that was set aside', () => {
  const setAside = [{ id: `${idOf('a')}/0/1`, reason: 'rows: header says 10, found 9' }];

  it('is poison while it is missing', async () => {
    land(s3, makeLedger({ records: { 0: [[0, 0]], 1: [[0, 0]] }, rows: 20, setAside }));
    const found = await readLanding(lake, plan);
    expect(findPoison(found)).toEqual({ chunk: 0, record: 1, reason: 'rows: header says 10, found 9' });
  });

  it('is told without what its decoder quoted', async () => {
    const quoting = [{ id: `${idOf('a')}/0/1`, reason: "rows: invalid value 'it's MARKER' in column 3" }];
    land(s3, makeLedger({ records: { 0: [[0, 0]], 1: [[0, 0]] }, rows: 20, setAside: quoting }));
    const found = await readLanding(lake, plan);
    expect(findPoison(found)).toMatchObject({ reason: 'rows: invalid value … in column 3' });
  });

  it('is none once it landed from another copy', async () => {
    land(
      s3,
      makeLedger({ records: { 0: [[0, 0]], 1: [[0, 0]] }, rows: 20, setAside }),
      makeLedger({ n: 2, records: { 0: [[1, 1]] } }),
    );
    const found = await readLanding(lake, plan);
    expect([found.missing, findPoison(found)]).toEqual([[], undefined]);
  });
});
