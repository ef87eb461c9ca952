import { RecordPacker } from '../../core/stream/records';

/** Packs rows that come as JSON, `[[day, line]…]`, and gives the payloads of their records in base64, a line each. */
const main = async (): Promise<void> => {
  const packer = new RecordPacker({
    upload: '0123456789abcdef',
    chunk: 2,
    recordRows: 100,
    recordBytes: 20_000,
  });
  const rows: [string, string][] = JSON.parse(Buffer.concat(await process.stdin.toArray()).toString());
  for (const [day, line] of rows) packer.add(day, line);
  packer.flush();
  for (const { payload } of packer.take()) console.log(payload.toString('base64'));
};

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
