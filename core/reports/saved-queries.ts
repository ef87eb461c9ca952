import { BatchGetNamedQueryCommand, type NamedQuery, paginateListNamedQueries } from '@aws-sdk/client-athena';
import { athena } from '../platform/clients';
import { UnusableQuery } from './sql';

/** A query that is saved in the Athena workgroup. */
interface SavedQuery {
  id: string;
  name: string;
  sql: string;
}

/** BatchGetNamedQuery takes no more. */
const queriesAtOnce = 50;

const toSaved = ({ NamedQueryId, Name, QueryString }: NamedQuery): SavedQuery => ({
  id: NamedQueryId ?? '',
  name: Name ?? '',
  sql: QueryString ?? '',
});

/** All queries that are saved in a workgroup; names are not unique there. */
async function* listSavedQueries(workgroup: string): AsyncGenerator<SavedQuery> {
  const pages = paginateListNamedQueries({ client: athena(), pageSize: queriesAtOnce }, { WorkGroup: workgroup });
  for await (const { NamedQueryIds: ids = [] } of pages) {
    if (ids.length === 0) continue;
    const { NamedQueries = [] } = await athena().send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids }));
    // Those that were deleted since the page was listed are left out.
    yield* NamedQueries.map(toSaved);
  }
}

/** A query by its id; undefined where it was deleted. */
const getSavedQuery = async (id: string): Promise<SavedQuery | undefined> => {
  const { NamedQueries = [] } = await athena().send(new BatchGetNamedQueryCommand({ NamedQueryIds: [id] }));
  return NamedQueries.map(toSaved).find((query) => query.id === id);
};

/**
 * The query of a report as it is saved at this moment.
 *
 * @param id - where it was last, which spares going through all of them
 * @throws {@link UnusableQuery} where no query, or more than one, has the name
 */
const findSavedQuery = async (workgroup: string, name: string, id: string | undefined): Promise<SavedQuery> => {
  const known = id === undefined ? undefined : await getSavedQuery(id);
  if (known?.name === name) return known;
  const found: SavedQuery[] = [];
  for await (const query of listSavedQueries(workgroup)) if (query.name === name) found.push(query);
  const [only, ...others] = found;
  if (only === undefined) throw new UnusableQuery(`no query of this name is saved in the workgroup ${workgroup}`);
  if (others.length > 0) {
    throw new UnusableQuery(
      `${found.length} queries of this name are saved in the workgroup ${workgroup}; rename or delete all but one`,
    );
  }
  return only;
};

export type { SavedQuery };
export { findSavedQuery, listSavedQueries };
