import type { Register } from '../../../../core/reports/rounds/register';
import { mergeTotals } from '../../../../core/reports/rounds/round';
import { readCurrentReporting, readReporting } from '../../../../core/reports/rounds/stage';
import { MemoryS3 } from '../../../support/memory-s3';
import { claimFor, idOf, lake, makeTotals, makeUpload } from '../../../support/uploads';

const uploadOf = (digit: string) => makeUpload({ id: idOf(digit), key: `${digit}.csv`, claim: `claims/${digit}.json` });
const reference = { number: 2, key: 'reporting/rounds/2.json' };
const entries = ['a', 'b'].map((digit) => ({
  upload: uploadOf(digit),
  totals: makeTotals({ rows: 10 }),
  execution: `arn:${digit}`,
}));
const event = { upload: uploadOf('a'), totals: makeTotals(), round: reference };
let s3: MemoryS3;

const withdraw = (digit: string) =>
  s3.putJson(`${lake}/claims/${digit}.json`, { upload: idOf(digit), withdrawn: true });
const lead = (changes: Partial<Register> = {}) =>
  s3.putJson(`${lake}/reporting/register.json`, {
    writes: 1,
    round: 2,
    leader: { execution: 'arn:a', upload: idOf('a') },
    phase: 'reporting',
    since: 1,
    key: reference.key,
    id: idOf('a'),
    uploads: [idOf('a'), idOf('b')],
    ...changes,
  } satisfies Register);

beforeEach(() => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  for (const { upload } of entries) claimFor(s3, upload);
  s3.putJson(`${lake}/${reference.key}`, {
    number: 2,
    id: idOf('a'),
    leader: 'arn:a',
    uploads: entries,
    totals: mergeTotals(entries),
  });
  lead();
});
afterEach(() => s3.restore());

describe('what a stage of the reports works for', () => {
  it('is the round that it is told', async () => {
    await expect(readReporting(event)).resolves.toMatchObject({
      id: idOf('a'),
      uploads: entries,
      totals: { rows: 20 },
    });
  });

  it('is the upload alone, where the execution began before there were rounds', async () => {
    const { round: _, ...before } = event;
    await expect(readReporting(before)).resolves.toMatchObject({
      number: 0,
      id: idOf('a'),
      uploads: [{ execution: 'arn:x' }],
    });
    withdraw('a');
    await expect(readReporting(before)).rejects.toMatchObject({ name: 'Superseded' });
  });

  it('goes on for the others, where one was withdrawn, and tells of these only', async () => {
    withdraw('a');
    await expect(readReporting(event)).resolves.toMatchObject({ id: idOf('a') });
    await expect(readCurrentReporting(event)).resolves.toMatchObject({
      id: idOf('a'),
      uploads: [{ upload: { id: idOf('b') } }],
      totals: { rows: 10 },
    });
  });

  it('is nothing, where all of them were', async () => {
    withdraw('a');
    withdraw('b');
    const superseded = { name: 'Superseded', message: 'superseded by its withdrawal' };
    await expect(readReporting(event)).rejects.toMatchObject(superseded);
    await expect(readCurrentReporting(event)).rejects.toMatchObject(superseded);
  });

  it.each([{ round: 3, key: 'reporting/rounds/3.json' }, { key: 'reporting/rounds/of-another.json' }])(
    'is over where another execution leads: %j',
    async (changes) => {
      lead(changes);
      await expect(readReporting(event)).rejects.toMatchObject({ name: 'RoundOvertaken' });
    },
  );
});
