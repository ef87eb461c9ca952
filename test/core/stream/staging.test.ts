import fc from 'fast-check';
import { splitPayloads } from '../../../core/stream/staging';
import { piecesOf } from '../../support/rows';

async function* streamOf(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, pieceBytes);
}

const staged = (payloads: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    payloads.flatMap((payload) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(payload.length);
      return [length, payload];
    }),
  );

const collect = async (bytes: Buffer, pieceBytes: number): Promise<Buffer[]> => {
  const payloads: Buffer[] = [];
  for await (const payload of splitPayloads(streamOf(bytes, pieceBytes))) payloads.push(payload);
  return payloads;
};

test('payloads come back as they were staged, however the bytes come', async () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(payloads, fc.integer({ min: 1, max: 100 }), async (all, pieceBytes) => {
      const collected = await collect(staged(all), pieceBytes);

      expect(collected.map((payload) => [...payload])).toEqual(all.map((payload) => [...payload]));
    }),
  );
});

test.each([1, 3, 4, 6])('an object that ends %i bytes into a record is told', async (bytes) => {
  const whole = staged([Buffer.from('first'), Buffer.from('second')]);

  await expect(collect(whole.subarray(0, 9 + bytes), 5)).rejects.toThrow(/in the middle of a record/);
});
