import { UnreadableUpload } from './upload-errors';

const textEndings = ['.csv', '.tsv', '.txt'];

/** What the names of files end in that are read, in any case of letters: tables in text, and the same packed by gzip. */
const readEndings: readonly string[] = [...textEndings, ...textEndings.map((ending) => `${ending}.gz`)];

/** Files that are tables to their owners and no text: they are refused by name, with the way out. */
interface OtherKind {
  endings: readonly string[];
  what: string;
  wayOut: string;
}

const otherKinds: readonly OtherKind[] = [
  { endings: ['.xlsx', '.xlsm', '.xlsb'], what: 'an Excel workbook', wayOut: 'save each sheet as CSV UTF-8' },
  { endings: ['.xls'], what: 'an old Excel workbook', wayOut: 'save each sheet as CSV UTF-8' },
  { endings: ['.ods'], what: 'an OpenDocument workbook', wayOut: 'save each sheet as CSV in UTF-8' },
  {
    endings: ['.zip', '.7z', '.rar', '.tgz', '.tar.gz'],
    what: 'an archive',
    wayOut: 'unpack it first, and upload the tables in it one by one',
  },
  {
    endings: ['.bz2', '.xz', '.zst'],
    what: 'packed in a way that is not read',
    wayOut: 'unpack it, or pack the table with gzip (.csv.gz)',
  },
  { endings: ['.parquet'], what: 'a Parquet file', wayOut: 'write it as CSV' },
  { endings: ['.json', '.jsonl', '.ndjson'], what: 'JSON', wayOut: 'write it as CSV, a header first' },
  { endings: ['.xml'], what: 'XML', wayOut: 'write it as CSV, a header first' },
  { endings: ['.pdf'], what: 'a PDF', wayOut: 'get the table as CSV from where it was made' },
  { endings: ['.sqlite'], what: 'a database', wayOut: 'export the table as CSV' },
];

/** What the names of files end in that are told of by a mail, in any case of letters. */
const refusedEndings: readonly string[] = otherKinds.flatMap(({ endings }) => endings);

const endsIn = (key: string, endings: readonly string[]): boolean => {
  const name = key.toLowerCase();
  return endings.some((ending) => name.endsWith(ending));
};

/** Whether a file of this name is read. */
const isReadName = (key: string): boolean => endsIn(key, readEndings);

/** What a file is by the ending of its name, where that says that it is no table in text. */
const otherKindOf = (key: string): OtherKind | undefined => otherKinds.find(({ endings }) => endsIn(key, endings));

/** @throws {@link UnreadableUpload} where the ending of the key says that the file is no table in text */
const assertReadName = (name: string, key: string): void => {
  const kind = otherKindOf(key);
  if (kind === undefined) return;
  throw new UnreadableUpload(
    `${name} is ${kind.what}: ${kind.wayOut}. Cellflow reads tables in text, named ${readEndings.join(', ')}.`,
  );
};

export { assertReadName, isReadName, otherKindOf, readEndings, refusedEndings };
