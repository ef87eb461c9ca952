import { readFileSync } from 'node:fs';
import { assertReadName, isReadName, otherKindOf, readEndings, refusedEndings } from '../../../core/uploads/file-kinds';
import { UnreadableUpload } from '../../../core/uploads/upload-errors';

describe('the kind of a file by its name', () => {
  it.each(['a.csv', 'north/B.CSV', 'a.tsv', 'a.txt', 'a.csv.gz', 'a.TSV.Gz', '.csv'])('%s is read', (key) => {
    expect(isReadName(key)).toBe(true);
    expect(() => assertReadName(`s3://b/${key}`, key)).not.toThrow();
  });

  it.each([
    ['drive.xlsx', /an Excel workbook: save each sheet as CSV UTF-8/],
    ['DRIVE.XLS', /an old Excel workbook/],
    ['logs.zip', /an archive: unpack it first/],
    ['logs.csv.zip', /an archive/],
    ['logs.tar.gz', /an archive/],
    ['logs.csv.zst', /packed in a way that is not read: .*\.csv\.gz/],
    ['t.parquet', /a Parquet file: write it as CSV/],
    ['t.NDJSON', /JSON: write it as CSV/],
    ['t.sqlite', /a database: export the table as CSV/],
  ])('%s is refused with the way out', (key, message) => {
    const read = () => assertReadName(`s3://b/${key}`, key);
    expect(isReadName(key)).toBe(false);
    expect(read).toThrow(UnreadableUpload);
    expect(read).toThrow(message);
    expect(read).toThrow(`s3://b/${key} is`);
  });

  it.each(['readme.md', 'photo.png', 'folder/', 'csv', 'a.csv/', 'a.gz'])('%s is neither', (key) => {
    expect(isReadName(key)).toBe(false);
    expect(otherKindOf(key)).toBeUndefined();
  });

  it('is told apart by endings that are each of one kind', () => {
    const endings = [...readEndings, ...refusedEndings];
    expect(new Set(endings).size).toBe(endings.length);
    for (const ending of endings) expect(ending).toBe(ending.toLowerCase());
  });
});

describe('README', () => {
  const readme = readFileSync('README.md', 'utf8');

  it.each([...readEndings, ...refusedEndings])('says what becomes of %s', (ending) => {
    expect(readme).toContain(`\`${ending}\``);
  });
});
