import fc from 'fast-check';
import { joinFiles, UnreadableParquet } from '../../../../core/lake/parquet/joining';
import { type Field, readStruct, types, UnreadableThrift, writeStruct } from '../../../../core/lake/parquet/thrift';
import { makeParquet } from '../../../support/parquet-files';

const field: fc.Arbitrary<Field> = fc.letrec<{ field: Field }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 3 },
    fc
      .maxSafeInteger()
      .filter((n) => Math.abs(n) < 2 ** 51)
      .map((value) => ({ type: types.i64, value })),
    fc.boolean().map((value) => ({ type: value ? types.true : types.false, value })),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ type: types.binary, value: Buffer.from(bytes) })),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => ({ type: types.double, value: Buffer.from(bytes) })),
    fc.array(fc.integer(), { maxLength: 40 }).map((items) => ({ type: types.list, value: { type: types.i32, items } })),
    fc.dictionary(fc.integer({ min: 1, max: 200 }).map(String), tie('field'), { maxKeys: 5 }).map((fields) => ({
      type: types.struct,
      value: new Map(Object.entries(fields).map(([id, value]) => [Number(id), value])),
    })),
  ),
})).field;

describe('a structure of a footer', () => {
  it('is read as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
        const struct = new Map(fields.map((value, index) => [index + 1, value]));
        expect(readStruct(writeStruct(struct))).toEqual(struct);
      }),
    );
  });

  it('that is cut short is refused', () => {
    const whole = writeStruct(new Map([[1, { type: types.binary, value: Buffer.from('abc') }]]));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readStruct(whole.subarray(0, length))).toThrow(UnreadableThrift);
    }
  });
});

describe('files that are joined', () => {
  it('are the same bytes where there is one', () => {
    const only = makeParquet('rows');
    expect(joinFiles([only])).toBe(only);
  });

  it('follow each other, and the joined one can be joined again', () => {
    const [one, two, three] = [makeParquet('one', 1), makeParquet('second', 2), makeParquet('3', 3)] as const;
    const joined = joinFiles([one, two, three]);
    expect(joined.subarray(0, 14).toString()).toBe('PAR1onesecond3');
    expect(joinFiles([joinFiles([one, two]), three])).toEqual(joined);
  });

  it.each([
    ['other columns', makeParquet('rows', 1, 'b')],
    ['no end', makeParquet('rows').subarray(0, -1)],
    ['nothing', Buffer.alloc(0)],
    ['a footer longer than the file', Buffer.from('PAR1\xff\xff\x00\x00PAR1', 'latin1')],
  ])('are refused with %s', (_case, other) => {
    expect(() => joinFiles([makeParquet('rows'), other])).toThrow(UnreadableParquet);
  });
});
