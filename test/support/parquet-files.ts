import { type Field, type Struct, types, writeStruct } from '../../core/lake/parquet/thrift';

const i64 = (value: number): Field => ({ type: types.i64, value });
const list = (...items: Struct[]): Field => ({ type: types.list, value: { type: types.struct, items } });
const struct = (...fields: [number, Field][]): Struct => new Map(fields);

/** A file that is Parquet as far as its footer goes: one row group, of one column that holds this content. */
const makeParquet = (content: string, rows = 1, column = 'a'): Buffer => {
  const metadata = struct([7, i64(content.length)], [9, i64(4)]);
  const chunk = struct([2, i64(0)], [3, { type: types.struct, value: metadata }]);
  const ordinal = { type: types.i16, value: 0 };
  const group = struct([1, list(chunk)], [3, i64(rows)], [5, i64(4)], [7, ordinal]);
  const named = struct([4, { type: types.binary, value: Buffer.from(column) }]);
  const version = { type: types.i32, value: 2 };
  const footer = writeStruct(struct([1, version], [2, list(named)], [3, i64(rows)], [4, list(group)]));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), Buffer.from(content), footer, length, Buffer.from('PAR1')]);
};

export { makeParquet };
