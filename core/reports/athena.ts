import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  type QueryExecution,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { pause } from '../platform/backoff';
import { athena } from '../platform/clients';
import { CellflowError } from '../platform/errors';
import { isThrottled } from '../platform/transient';
import type { Column } from './result-columns';

interface Query {
  workgroup: string;
  database: string;
  text: string;
  /** Values of the `?`, as SQL literals: a text carries its own quotes. */
  parameters: string[];
  /** Distinguishes this wish from an earlier one for the same query; a repeated request with it starts nothing twice. */
  token: string;
  /** Time at which the query is stopped, in milliseconds since 1970. */
  deadline: number;
}

interface QueryResult {
  /** The CSV that Athena wrote. */
  bucket: string;
  key: string;
  columns: Column[];
}

/** The engine refused the query, or failed at it; the message is its own, as far as it is about the query. */
class QueryFailed extends CellflowError {}

/** What an engine says of a place in the query's text, or of a limit. */
const aboutQuery = /^\w+: line \d+|^EXCEEDED_\w+: /;

/**
 * Why a query failed, in the engine's words where they are about the query. Others may quote a row, as `Cannot cast 'x' to INT`
 * does: of them only the name is told, since a reason travels through state, logs and mail.
 */
const reasonOf = (told: string): string => {
  const [name = '', ...others] = told.split(/: */);
  if (others.length === 0 || aboutQuery.test(told)) return told;
  return `${name} (the engine's own words may quote rows: run the query in the Athena workgroup to read them)`;
};

/**
 * What the engines say where a file that they had listed is gone: of rows that were replaced long ago, which a sweep deletes.
 * Asked again, the query lists anew. Another trouble of the kind passes too, or fails each time.
 */
const metDeletedFile = /^HIVE_(CANNOT_OPEN_SPLIT|CURSOR_ERROR|FILESYSTEM_ERROR|FILE_NOT_FOUND)\b|\bNoSuchKey\b/;

/** A sweep goes on for a while, and whoever asks again at once meets its next deletion. */
const mostTries = 6;
const betweenTries = { baseMs: 1_000, capMs: 10_000 };

/** Between two looks at a query, in milliseconds. */
const firstLook = 100;
const longestLook = 2_000;

const start = async ({ workgroup, database, text, parameters, token }: Query, attempt: number): Promise<string> => {
  try {
    const { QueryExecutionId: id = '' } = await athena().send(
      new StartQueryExecutionCommand({
        WorkGroup: workgroup,
        QueryString: text,
        QueryExecutionContext: { Database: database },
        ExecutionParameters: parameters.length > 0 ? parameters : undefined,
        ClientRequestToken: createHash('sha256').update(`${token}\0${text}\0${attempt}`).digest('hex'),
      }),
    );
    return id;
  } catch (error) {
    if (error instanceof InvalidRequestException) throw new QueryFailed(error.message, { cause: error });
    throw error;
  }
};

/**
 * How long an attempt waits for a place among the account's active queries, in milliseconds. Short, because meanwhile it takes a
 * place among the functions that run at once: longer waits are the state machine's, which cost nothing.
 */
const longestQueueing = 20_000;
const queueing = { baseMs: 1_000, capMs: 5_000 };

const startInTurn = async (query: Query, attempt: number): Promise<string> => {
  const deadline = Math.min(query.deadline, Date.now() + longestQueueing);
  for (let refusals = 1; ; refusals += 1) {
    try {
      return await start(query, attempt);
    } catch (error) {
      if (!isThrottled(error) || !(await pause(refusals, { ...queueing, deadline }))) throw error;
    }
  }
};

/** How the query stands; nothing where Athena is asked too often: the query runs on, and must not be started a second time. */
const look = async (id: string): Promise<QueryExecution | undefined> => {
  try {
    return (await athena().send(new GetQueryExecutionCommand({ QueryExecutionId: id }))).QueryExecution;
  } catch (error) {
    if (isThrottled(error)) return undefined;
    throw error;
  }
};

/** Waits until the query has ended, one way or the other; stops it at the deadline. */
const finish = async (id: string, deadline: number): Promise<QueryExecution> => {
  const started = Date.now();
  for (let wait = firstLook; ; wait = Math.min(longestLook, wait * 1.5)) {
    const query = await look(id);
    const state = query?.Status?.State;
    if (query && (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED')) return query;
    if (Date.now() + wait > deadline) {
      await athena().send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      throw new QueryFailed(
        `it was stopped after ${Math.round((Date.now() - started) / 1_000)} seconds, the longest a report may take`,
      );
    }
    await sleep(wait);
  }
};

const isWorthAnotherTry = (status: QueryExecutionStatus | undefined): boolean =>
  status?.AthenaError?.Retryable === true || metDeletedFile.test(status?.StateChangeReason ?? '');

/** Runs to the end; what is worth another try is asked again after a pause. Gives how it ended. */
const complete = async (query: Query): Promise<QueryExecution> => {
  const { deadline } = query;
  for (let attempt = 1; ; attempt += 1) {
    const id = await startInTurn(query, attempt);
    const ended = await finish(id, deadline);
    const { Status: status } = ended;
    if (status?.State === 'SUCCEEDED') return { ...ended, QueryExecutionId: id };
    const goesOn =
      isWorthAnotherTry(status) && attempt < mostTries && (await pause(attempt, { ...betweenTries, deadline }));
    if (!goesOn) throw new QueryFailed(reasonOf(status?.StateChangeReason ?? `the query ended as ${status?.State}`));
  }
};

/**
 * Runs a query that reads and waits for its result.
 *
 * @throws {@link QueryFailed}
 */
const runQuery = async (query: Query): Promise<QueryResult> => {
  const { QueryExecutionId: id, ResultConfiguration: place } = await complete(query);
  // Of the rows only the header: they are read from the CSV, as a stream.
  const { ResultSet: result } = await athena().send(
    new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 }),
  );
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(place?.OutputLocation ?? '') ?? [];
  const columns = (result?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({
    name: Name ?? '',
    type: Type ?? 'varchar',
  }));
  return { bucket, key, columns };
};

export type { QueryResult };
export { QueryFailed, runQuery };
