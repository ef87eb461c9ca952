import zlib from 'node:zlib';
import type { RecordHeader } from '../../core/stream/records';

/** A record's payload as a consumer sees it. */
const openRecord = (payload: Buffer): { header: RecordHeader; text: string } => {
  const headerEnd = payload.indexOf('\n');
  const header: RecordHeader = JSON.parse(payload.subarray(0, headerEnd).toString());
  const unpack = header.codec === 'zstd' ? zlib.zstdDecompressSync : zlib.gunzipSync;
  return { header, text: unpack(payload.subarray(headerEnd + 1)).toString() };
};

export { openRecord };
