import { type AthenaClient, BatchGetNamedQueryCommand, ListNamedQueriesCommand } from '@aws-sdk/client-athena';
import type { AwsClientStub } from 'aws-sdk-client-mock';

/** Text of a query of which none is given. */
const sql = "-- title: Signal\n-- units: a=ASU\nselect a, '?' as b from measurements where day between ? and ?";

/** Makes these the queries that are saved in the workgroup; they are listed in pages of two. */
const saveQueries = (
  athena: AwsClientStub<AthenaClient>,
  ...queries: { id: string; name: string; sql?: string }[]
): void => {
  athena.on(ListNamedQueriesCommand).callsFake(({ NextToken }) => {
    const start = Number(NextToken ?? 0);
    const ids = queries.map(({ id }) => id);
    return {
      NamedQueryIds: ids.slice(start, start + 2),
      NextToken: start + 2 < ids.length ? String(start + 2) : undefined,
    };
  });
  const named = queries.map(({ id, name, sql: QueryString = sql }) => ({ NamedQueryId: id, Name: name, QueryString }));
  athena.on(BatchGetNamedQueryCommand).callsFake(({ NamedQueryIds }) => ({
    NamedQueries: named.filter(({ NamedQueryId }) => NamedQueryIds.includes(NamedQueryId)),
  }));
};

export { saveQueries };
