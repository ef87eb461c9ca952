import { Readable } from 'node:stream';
import { lakeKeys } from '../../../core/platform/keys';
import { otherUploadsInWords, readOtherUploads } from '../../../core/reports/other-uploads';
import { MemoryS3 } from '../../support/memory-s3';
import { idOf } from '../../support/uploads';

const lake = 'the-lake';
let s3: MemoryS3;

beforeEach(() => {
  process.env.LAKE_BUCKET = lake;
  s3 = new MemoryS3();
});

const note = (id: string, key: string) =>
  s3.objects.set(
    `${lake}/${lakeKeys.upload(id)}`,
    Buffer.from(JSON.stringify({ upload: id, bucket: 'uploads', key, version: 'v', claim: 'c' })),
  );

const read = (lines: readonly [string, number][], own = new Set([idOf('a')])) =>
  readOtherUploads(
    Readable.from([
      `"upload_id","count_rows","first_day","last_day"\n${lines.map(([id, rows]) => `${id},${rows},2026-01-01,2026-01-02`).join('\n')}\n`,
    ]),
    own,
  );

describe('what else the days of an upload hold', () => {
  it('is the rows of other uploads, by the names of their files', async () => {
    note(idOf('b'), 'north/drive "2".csv');
    const found = await read([
      [idOf('a'), 10],
      [idOf('c'), 1_200],
      [idOf('b'), 40_000],
    ]);
    expect(found).toEqual({
      rows: 41_200,
      count: 2,
      uploads: [
        { name: 'drive "2".csv', rows: 40_000 },
        { name: `upload ${idOf('c')}`, rows: 1_200 },
      ],
    });
    expect(found && otherUploadsInWords(found)).toBe(
      `These days also hold 41,200 rows of 2 other uploads: drive "2".csv (40,000), upload ${idOf('c')} (1,200). The reports are about all of them.`,
    );
  });

  it('leaves out every upload that is reported with it', async () => {
    const lines: [string, number][] = [
      [idOf('a'), 10],
      [idOf('b'), 20],
      [idOf('c'), 5],
    ];
    const found = await read(lines, new Set([idOf('a'), idOf('b')]));
    expect(found).toEqual({ rows: 5, count: 1, uploads: [{ name: `upload ${idOf('c')}`, rows: 5 }] });
  });

  it('names the largest, and counts the rest', async () => {
    const found = await read(Array.from({ length: 12 }, (_, n) => [n.toString(16).padStart(16, '0'), n + 1]));
    expect(found?.count).toBe(12);
    expect(found?.uploads.map(({ rows }) => rows)).toEqual([12, 11, 10, 9, 8]);
    expect(found && otherUploadsInWords(found)).toContain('8), 7 more. The');
  });

  it('is nothing to tell where the days hold nothing else', async () => {
    const found = await read([[idOf('a'), 10]]);
    expect(found).toEqual({ rows: 0, count: 0, uploads: [] });
    expect(found && otherUploadsInWords(found)).toBeUndefined();
  });

  it('asks for no key but that of an upload', async () => {
    const found = await read([['../claims/x', 5]]);
    expect(found?.uploads).toEqual([{ name: 'an upload without an id', rows: 5 }]);
  });

  it('keeps a name on its line, and in its direction', async () => {
    note(idOf('b'), 'north/a\n\u202eb.csv');
    expect((await read([[idOf('b'), 5]]))?.uploads[0]?.name).toBe('a b.csv');
  });

  it('cuts a long name', async () => {
    note(idOf('b'), `${'é'.repeat(300)}.csv`);
    expect((await read([[idOf('b'), 5]]))?.uploads[0]?.name).toBe(`${'é'.repeat(79)}…`);
  });

  it('is not known of a report with other columns', async () => {
    expect(await readOtherUploads(Readable.from(['a,b\n1,2\n']), new Set([idOf('a')]))).toBeUndefined();
  });
});
