import { claimKey, type Upload, uploadId } from '../../core/uploads/upload';
import { header, indexOf, sampleColumns } from './measurements';

/** A planned upload, as *Plan upload* would describe it. */
const plannedUpload = (upload: Partial<Upload> = {}): Upload => {
  const { bucket = 'cellflow-uploads', key = 'logs.csv', version = 'v1' } = upload;
  const id = uploadId(bucket, key, version);
  return {
    outcome: 'planned',
    id,
    bucket,
    key,
    version,
    claim: claimKey(bucket, key),
    format: 'cellflow',
    dialect: { delimiter: ',', decimal: '.' },
    columns: indexOf(),
    names: [...sampleColumns],
    width: sampleColumns.length,
    headerEnd: header.length + 1,
    headerLines: 1,
    size: 1_000,
    day: '2026-01-31',
    received: '2026-02-01',
    chunks: 1,
    exact: false,
    chunkList: { bucket: 'cellflow-lake', key: `runs/${id}/chunks.json` },
    ...upload,
  };
};

export { plannedUpload };
