import { environment } from '../platform/environment';
import { lakeKeys } from '../platform/keys';
import { ObjectWriter } from '../platform/object-writer';
import { UnreadableUpload } from '../uploads/upload-errors';
import { asText, isPlain } from './plain-text';
import { readSource, type Source, streamSource } from './source';

/** An upload as text: its bytes themselves, or an object that was made of them. */
interface UploadText {
  size: number;
  text?: { bucket: string; key: string };
}

interface TextOptions {
  id: string;
  name: string;
  size: number;
  maxBytes: number;
}

const sniffedBytes = 64;

/**
 * Makes text of an upload that is packed or in UTF-16, once, in memory that does not grow with it; later stages read that.
 *
 * @throws {@link UnreadableUpload} where it unpacks to more than is allowed
 */
const makeText = async (source: Source, { id, name, size, maxBytes }: TextOptions): Promise<UploadText> => {
  const head = await readSource(source, { start: 0, end: Math.min(sniffedBytes, size) });
  if (isPlain(head)) return { size };
  const place = { bucket: environment('LAKE_BUCKET'), key: lakeKeys.text(id) };
  const writer = new ObjectWriter(place.bucket, place.key, 'text/csv; charset=utf-8');
  let written = 0;
  try {
    for await (const bytes of asText(name, await streamSource(source, { start: 0, end: size }))) {
      written += bytes.length;
      if (written > maxBytes) {
        throw new UnreadableUpload(
          `${name} unpacks to more than ${maxBytes} bytes (setting maxUnpackedBytes). Split the file.`,
        );
      }
      await writer.write(bytes);
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return { size: written, text: place };
};

export type { UploadText };
export { makeText };
