import { type List, readStruct, type Struct, types, type Value, writeStruct } from './thrift';

/** What is needed of a Parquet file, besides its rows, to join it to others. */
interface Footer {
  /** Where its rows end: bytes from its beginning. */
  end: number;
  metadata: Struct;
}

/** Bytes that are no Parquet file, or one that cannot be joined to the others. */
class UnreadableParquet extends Error {
  override readonly name = 'UnreadableParquet';
}

const magic = Buffer.from('PAR1');
/** Length of the footer, and the magic. */
const tail = 8;

/** Fields of the structures of a footer, as parquet.thrift numbers them. */
const file = { schema: 2, rows: 3, rowGroups: 4 };
const rowGroup = { columns: 1, fileOffset: 5, ordinal: 7 };
const chunk = { fileOffset: 2, metadata: 3, offsetIndex: 4, columnIndex: 6 };
const column = { dataPage: 9, indexPage: 10, dictionaryPage: 11, bloomFilter: 14 };

/**
 * How many bytes at the end of a Parquet file are its footer, the tail included.
 *
 * @param end - its last bytes, eight at least
 */
const footerBytes = (end: Buffer): number => {
  if (end.length < tail || !end.subarray(-magic.length).equals(magic)) throw new UnreadableParquet('no Parquet file');
  return end.readUInt32LE(end.length - tail) + tail;
};

/**
 * @param size - of the file, in bytes
 * @param end - its last bytes, the footer at least
 */
const readFooter = (size: number, end: Buffer): Footer => {
  const length = footerBytes(end);
  if (length > end.length || length > size - magic.length) throw new UnreadableParquet('a footer that is cut short');
  return { end: size - length, metadata: readStruct(end.subarray(-length, -tail)) };
};

const structs = (fields: Struct, id: number): Struct[] => {
  const list = fields.get(id)?.value as List | undefined;
  if (list?.type !== types.struct) throw new UnreadableParquet(`no list of structures in field ${id}`);
  return list.items as Struct[];
};

const shift = (fields: Struct, ids: readonly number[], by: number): void => {
  for (const id of ids) {
    const field = fields.get(id);
    // Zero is what some writers say where they say nothing.
    if (typeof field?.value === 'number' && field.value > 0) field.value += by;
  }
};

/** Moves all that a footer says of places in the file. */
const moveRowGroups = (groups: readonly Struct[], by: number): void => {
  for (const group of groups) {
    shift(group, [rowGroup.fileOffset], by);
    // Its number in the file, which is of use for encrypted files alone.
    group.delete(rowGroup.ordinal);
    for (const one of structs(group, rowGroup.columns)) {
      shift(one, [chunk.fileOffset, chunk.offsetIndex, chunk.columnIndex], by);
      const metadata = one.get(chunk.metadata)?.value;
      if (!(metadata instanceof Map)) throw new UnreadableParquet('a column without metadata');
      shift(metadata, [column.dataPage, column.indexPage, column.dictionaryPage, column.bloomFilter], by);
    }
  }
};

const schemaOf = (metadata: Struct): Buffer => {
  const schema = metadata.get(file.schema);
  if (schema === undefined) throw new UnreadableParquet('no schema');
  return writeStruct(new Map([[file.schema, schema]]));
};

/**
 * The end of a Parquet file whose rows are those of others, byte for byte and one after the other: the row groups stay what they
 * are, only their places are told anew. Before it stand the first file up to its `end`, then of each other one what lies between
 * its magic and its `end`.
 *
 * @throws {@link UnreadableParquet} where their columns differ
 */
const joinFooters = (footers: readonly Footer[]): Buffer => {
  const [first] = footers;
  if (first === undefined) throw new UnreadableParquet('nothing to join');
  const schema = schemaOf(first.metadata);
  const groups: Value[] = [];
  let rows = 0;
  let moved = 0;
  for (const { end, metadata } of footers) {
    if (!schemaOf(metadata).equals(schema)) throw new UnreadableParquet('files of different columns');
    rows += metadata.get(file.rows)?.value as number;
    const own = structs(metadata, file.rowGroups);
    moveRowGroups(own, moved);
    groups.push(...own);
    moved += end - magic.length;
  }
  const joined = new Map(first.metadata);
  joined.set(file.rows, { type: types.i64, value: rows });
  joined.set(file.rowGroups, { type: types.list, value: { type: types.struct, items: groups } });
  const metadata = writeStruct(joined);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata.length);
  return Buffer.concat([metadata, length, magic]);
};

/**
 * One Parquet file of several.
 *
 * @throws {@link UnreadableParquet}
 */
const joinFiles = (files: readonly Buffer[]): Buffer => {
  const [only] = files;
  if (only !== undefined && files.length === 1) return only;
  const footers = files.map((bytes) => readFooter(bytes.length, bytes));
  const rows = files.map((bytes, index) => bytes.subarray(index === 0 ? 0 : magic.length, footers[index]?.end));
  return Buffer.concat([...rows, joinFooters(footers)]);
};

export type { Footer };
export { footerBytes, joinFiles, joinFooters, magic, readFooter, UnreadableParquet };
