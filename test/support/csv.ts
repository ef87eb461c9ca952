import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';

interface WrittenCsv {
  /** What was written, without the header. */
  rows: string[][];
  width: number;
  text: string;
}

const cell = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'a', '41.5', 'vodafone ES', 'é', ' x ') },
  { weight: 2, arbitrary: fc.stringMatching(/^[a,"\n]{0,6}$/) },
  fc.constantFrom('line\r\nbreak', 'a,b\nc,d\n', '"', '""', '\n', 'x,y,z\n1,2,3\n4,5,6'),
);

const always = { quoted: true };

/** A CSV as any writer might make it: quotes where needed and at random elsewhere, LF or CRLF, with or without a last line end. */
const writtenCsv: fc.Arbitrary<WrittenCsv> = fc
  .record({
    width: fc.integer({ min: 2, max: 5 }),
    recordDelimiter: fc.constantFrom('\n', '\r\n'),
    lastLineEnd: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1_000 }),
  })
  .chain(({ width, recordDelimiter, lastLineEnd, seed }) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 30 }).map((rows) => {
      let turn = seed;
      const text = stringify(rows, {
        record_delimiter: recordDelimiter,
        quoted_match: /[\r\n]/,
        cast: {
          string: (value) => {
            turn = (turn * 7 + 3) % 11;
            return turn < 3 ? { value, ...always } : value;
          },
        },
        eof: lastLineEnd,
      });
      return { rows, width, text };
    }),
  );

/** Bytes that no writer makes: quotes anywhere. */
const quoteSoup: fc.Arbitrary<string> = fc.stringMatching(/^[a,"\n\r]{0,120}$/);

export type { WrittenCsv };
export { quoteSoup, writtenCsv };
