import zlib from 'node:zlib';
import { parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';

/** A value as a file has it: whole numbers of 64 bits and moments as integers, null where it is unknown. */
type Value = string | number | bigint | boolean | null;

/** Rows of files of Parquet, column by column. */
interface Columns {
  rows: number;
  /** How each column is written down, by its name. */
  elements: Map<string, SchemaElement>;
  values: Map<string, Value[]>;
}

/** As the job writes them. */
const rowGroupRows = 256 * 1024;
/** The Node of the functions has it; where another runs this, as a test may, files are packed as the library does by itself. */
const packing: Pick<Parameters<typeof parquetWrite>[0], 'codec' | 'compressors'> =
  'zstdCompressSync' in zlib
    ? {
        codec: 'ZSTD',
        compressors: {
          ZSTD: (bytes) => zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } }),
        },
      }
    : {};
/** Moments stay the integers that they are, whatever their unit. */
const asStored = (value: bigint) => value;
const parsers = {
  timestampFromMilliseconds: asStored,
  timestampFromMicroseconds: asStored,
  timestampFromNanoseconds: asStored,
};

/** Reads the columns of a file. Its columns are flat, as all of the lake's are. */
const readColumns = async (file: Buffer): Promise<Columns> => {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer;
  const metadata = parquetMetadata(bytes);
  const [, ...elements] = metadata.schema;
  const rows = Number(metadata.num_rows);
  const values = new Map(elements.map(({ name }) => [name, new Array<Value>(rows).fill(null)]));
  await parquetRead({
    file: bytes,
    metadata,
    parsers,
    compressors: { ZSTD: (packed: Uint8Array) => zlib.zstdDecompressSync(packed) },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = values.get(columnName) ?? [];
      for (const [index, value] of columnData.entries()) column[rowStart + index] = value ?? null;
    },
  });
  return { rows, elements: new Map(elements.map((element) => [element.name, element])), values };
};

/** Adds rows behind those that there are: what one side has no column for is unknown. */
const append = (to: Columns, { rows, elements, values }: Columns, isKept: (row: number) => boolean): void => {
  const kept = [...new Array(rows).keys()].filter(isKept);
  for (const [name, element] of elements) {
    if (to.elements.has(name)) continue;
    to.elements.set(name, element);
    to.values.set(name, new Array<Value>(to.rows).fill(null));
  }
  for (const [name, column] of to.values) {
    const added = values.get(name);
    for (const row of kept) column.push(added?.[row] ?? null);
  }
  to.rows += kept.length;
};

const noColumns = (): Columns => ({ rows: 0, elements: new Map(), values: new Map() });

/** The rows as a file. */
const writeColumns = ({ elements, values }: Columns): Buffer => {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: [{ name: 'schema', repetition_type: 'REQUIRED', num_children: elements.size }, ...elements.values()],
    columnData: [...values].map(([name, data]) => ({ name, data })),
    ...packing,
    rowGroupSize: rowGroupRows,
    statisticsTruncateLength: Number.POSITIVE_INFINITY,
  });
  return Buffer.from(writer.getBuffer());
};

export type { Columns };
export { append, noColumns, readColumns, writeColumns };
