import { tables } from '../../contract';
import { claimIdOf } from '../../core/lake/visibility-log';
import type { MemoryGlue } from './memory-glue';
import type { MemoryS3 } from './memory-s3';
import { lake } from './uploads';

/** What version 0.1 leaves: uploads, claims, and tables that a crawler made under the names of today's views. */

const databases = { views: 'cellflow', files: 'cellflow_files' };

/** A claim of its key that begins with the digit, in whose shard of the log it is. */
const claimOf = (digit: string): string => `claims/${digit}${'c'.repeat(31)}.json`;

interface OldSealed {
  id: string;
  claim: string;
  state: 'sealing' | 'sealed' | 'removed';
  /** When version 0.1 wrote that. @default 0 */
  at?: number;
}

const sealedKey = (id: string): string => `${lake}/sealed/${id}.json`;

/** Has an upload sealed, or on its way there, as version 0.1 has it. */
const sealByVersion01 = (s3: MemoryS3, { id, claim, state, at = 0 }: OldSealed): void => {
  const objects = tables.map(({ name }) => ({
    key: `${name}/day=2026-01-01/${id}-0.parquet`,
    table: name,
    day: '2026-01-01',
    rows: 10,
  }));
  s3.putJson(sealedKey(id), { upload: id, state, objects });
  s3.written.set(sealedKey(id), at);
  s3.putJson(`${lake}/uploads/${id}.json`, {
    upload: id,
    claim,
    bucket: 'uploads',
    key: claimIdOf(claim),
    version: id,
  });
};

/** Has an upload hold the claim of its key, as version 0.1 has it. */
const claimByVersion01 = (s3: MemoryS3, claim: string, upload: string, more: object = {}): void =>
  s3.putJson(`${lake}/${claim}`, {
    bucket: 'uploads',
    key: claimIdOf(claim),
    upload,
    version: upload,
    sequencer: '1',
    execution: 'arn:x',
    replaces: [],
    ...more,
  });

/** Columns that came after version 0.1 are at the end. */
const columnsLater = 2;

/** Crawled tables with days, under the names of the views. */
const crawlByVersion01 = (glue: MemoryGlue, days: readonly string[]): void => {
  for (const { name, columns } of tables) {
    const Columns = columns.slice(0, -columnsLater).map((column) => ({ Name: column.name, Type: column.type }));
    glue.add(
      databases.views,
      {
        Name: name,
        TableType: 'EXTERNAL_TABLE',
        PartitionKeys: [{ Name: 'day', Type: 'string' }],
        Parameters: { classification: 'parquet' },
        StorageDescriptor: { Location: `s3://${lake}/${name}/`, Columns },
      },
      days,
    );
  }
};

export { claimByVersion01, claimOf, columnsLater, crawlByVersion01, databases, sealByVersion01, sealedKey };
