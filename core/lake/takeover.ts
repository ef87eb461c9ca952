import {
  BatchCreatePartitionCommand,
  CreateTableCommand,
  DeleteTableCommand,
  type Partition,
  paginateGetPartitions,
  type Table,
} from '@aws-sdk/client-glue';
import { glue } from '../platform/clients';
import { clock } from '../platform/clock';
import { eachAtOnce } from '../platform/concurrency';
import { lakeKeys, tables } from '../platform/keys';
import { getJson, listObjects } from '../platform/objects';
import { type Claim, generationOf } from '../uploads/claims';
import { findTable, inputOf } from './tables';
import { claimIdOf, listSummaries, type SummaryLine, shardOf, writeSummary } from './visibility-log';
import { widenTable } from './widening';

/** Databases of the catalogue. */
interface Databases {
  /** Which people query: views; under version 0.1 the crawled tables. */
  views: string;
  /** Of the crawled tables. */
  files: string;
}

/** What was taken over. */
interface TakenOver {
  tables: string[];
  uploads: number;
}

/** What version 0.1 wrote down of an upload, and when. */
interface OldSealed {
  upload: string;
  state: 'sealing' | 'sealed' | 'removed';
  modified: number;
}

const readsAtOnce = 48;
/** BatchCreatePartition takes no more. */
const partitionsAtOnce = 100;

const isPresent = (name: string | undefined): boolean => name === 'AlreadyExistsException';

const createTable = async (database: string, table: Table): Promise<void> => {
  try {
    await glue().send(new CreateTableCommand({ DatabaseName: database, TableInput: inputOf(table) }));
  } catch (error) {
    if (!isPresent((error as Error).name)) throw error;
  }
};

const createPartitions = async (database: string, table: string, partitions: readonly Partition[]): Promise<void> => {
  const { Errors = [] } = await glue().send(
    new BatchCreatePartitionCommand({
      DatabaseName: database,
      TableName: table,
      PartitionInputList: partitions.map(({ Values, StorageDescriptor, Parameters }) => ({
        Values,
        StorageDescriptor,
        Parameters,
      })),
    }),
  );
  const error = Errors.find(({ ErrorDetail }) => !isPresent(ErrorDetail?.ErrorCode))?.ErrorDetail;
  if (error) throw Object.assign(new Error(error.ErrorMessage), { name: error.ErrorCode ?? 'PartitionNotCreated' });
};

/** Gives a crawled table with all its days to the database of the files; its objects stay where they are. */
const copyTable = async (name: string, table: Table, { views, files }: Databases): Promise<void> => {
  await createTable(files, table);
  const pages = paginateGetPartitions({ client: glue() }, { DatabaseName: views, TableName: name });
  for await (const { Partitions = [] } of pages) {
    for (let start = 0; start < Partitions.length; start += partitionsAtOnce) {
      await createPartitions(files, name, Partitions.slice(start, start + partitionsAtOnce));
    }
  }
};

/** What version 0.1 sealed, by the keys of the claims. */
const readOldSealed = async (bucket: string): Promise<Map<string, OldSealed[]>> => {
  const found = new Map<string, OldSealed[]>();
  await eachAtOnce(readsAtOnce, listObjects(bucket, lakeKeys.allSealed), async ({ key, modified }) => {
    const sealed = await getJson<Partial<OldSealed>>(bucket, key);
    const { upload, state } = sealed?.value ?? {};
    if (upload === undefined || state === undefined) return;
    const entry = await getJson<{ claim: string }>(bucket, lakeKeys.upload(upload));
    if (entry === undefined) return;
    const { claim } = entry.value;
    found.set(claim, [...(found.get(claim) ?? []), { upload, state, modified }]);
  });
  return found;
};

/**
 * What the log has to say of a key's uploads. The one that was sealed last is what the key stands for: an upload was sealed only
 * while it held the claim. Copies of one that still holds it are gone on with by its execution; all else is swept.
 */
const linesOf = (
  claimKey: string,
  claim: Claim | undefined,
  uploads: readonly OldSealed[],
  now: number,
): SummaryLine[] => {
  const sealed = uploads.filter(({ state }) => state === 'sealed').sort((a, b) => a.modified - b.modified);
  const visible = claim?.withdrawn ? undefined : sealed.at(-1)?.upload;
  const inWork = ({ upload, state }: OldSealed) => state === 'sealing' && upload === claim?.upload && !claim.withdrawn;
  return uploads.map((old) => ({
    upload_id: old.upload,
    ...(old.upload === visible && { visible_from: 0 }),
    ...(old.upload !== visible && !inWork(old) && { visible_until: now }),
    // Older than whatever takes the claim from now on.
    generation: claim !== undefined && claim.upload === old.upload ? generationOf(claim) : -1,
    claim: claimIdOf(claimKey),
    n: 0,
  }));
};

/** Begins the log of visibility with the uploads of version 0.1. */
const listOldUploads = async (bucket: string): Promise<number> => {
  const byShard = new Map<string, SummaryLine[]>();
  const now = clock.now();
  await eachAtOnce(readsAtOnce, await readOldSealed(bucket), async ([claimKey, uploads]) => {
    const claim = (await getJson<Claim>(bucket, claimKey))?.value;
    const shard = shardOf(claimIdOf(claimKey));
    byShard.set(shard, [...(byShard.get(shard) ?? []), ...linesOf(claimKey, claim, uploads, now)]);
  });
  let uploads = 0;
  for (const [shard, lines] of byShard) {
    // An attempt before this one got so far.
    if ((await listSummaries(bucket, shard)).length > 0) continue;
    await writeSummary(bucket, shard, 1, lines);
    uploads += lines.length;
  }
  return uploads;
};

/**
 * Takes over what a deployment of version 0.1 left: crawled tables under the names that views have now, and uploads that no log of
 * visibility knows. Nothing is copied or deleted but entries of the catalogue. May be called again at any time: the old tables,
 * by which it knows that there is something to do, go last.
 *
 * Tables of any version get the columns that came since, before the views name them.
 */
const takeOverLake = async (bucket: string, databases: Databases): Promise<TakenOver> => {
  const old: { name: string; table: Table }[] = [];
  for (const name of tables) {
    const table = await findTable(databases.views, name);
    if (table !== undefined && table.TableType !== 'VIRTUAL_VIEW') old.push({ name, table });
  }
  for (const { name, table } of old) await copyTable(name, table, databases);
  const uploads = old.length > 0 ? await listOldUploads(bucket) : 0;
  for (const { name } of old) {
    await glue().send(new DeleteTableCommand({ DatabaseName: databases.views, Name: name }));
  }
  for (const name of tables) await widenTable(databases.files, name);
  return { tables: old.map(({ name }) => name), uploads };
};

export type { Databases, TakenOver };
export { takeOverLake };
