import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { Adversary } from './adversary';
import { attempt, orAborted, rangeOf } from './client';
import type { Answer, Request, Store } from './store';
import { World } from './world';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
const plain = (text: string): string =>
  Object.entries(escapes).reduce((read, [character, written]) => read.replaceAll(written, character), text);

const textOf = (body: unknown): string => (body === undefined ? '' : Buffer.from(body as string).toString());

/** Which operation of S3 a request is. */
const operationOf = ({ method, query }: HttpRequest): string => {
  if (method === 'GET') return 'list-type' in query ? 'ListObjectsV2' : 'GetObject';
  if (method === 'HEAD') return 'HeadObject';
  if (method === 'PUT') return 'PutObject';
  if (method === 'DELETE') return 'DeleteObject';
  if (method === 'POST' && 'delete' in query) return 'DeleteObjects';
  throw new Error(`The simulated S3 does not know ${method} with ${Object.keys(query)}.`);
};

const readRequest = (http: HttpRequest): Request => {
  const header = (name: string): string | undefined =>
    Object.entries(http.headers).find(([known]) => known.toLowerCase() === name)?.[1];
  const one = (name: string): string | undefined => http.query[name] as string | undefined;
  const operation = operationOf(http);
  const body = textOf(http.body);
  const most = one('max-keys');
  return {
    operation,
    bucket: http.hostname.split('.')[0] ?? '',
    key: one('prefix') ?? decodeURIComponent(http.path.slice(1)),
    body,
    ifMatch: header('if-match'),
    ifNoneMatch: header('if-none-match'),
    range: rangeOf(header('range')),
    keys:
      operation === 'DeleteObjects'
        ? [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => plain(key))
        : undefined,
    token: one('continuation-token'),
    startAfter: one('start-after'),
    most: most === undefined ? undefined : Number(most),
  };
};

const xml = (statusCode: number, root: string, inner: string): HttpResponse =>
  new HttpResponse({
    statusCode,
    headers: { 'content-type': 'application/xml' },
    body: Readable.from([Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><${root}>${inner}</${root}>`)]),
  });

const writeListing = ({ Contents, IsTruncated, NextContinuationToken }: Answer): HttpResponse => {
  const objects = (Contents as { Key: string; Size: number; LastModified: Date }[]).map(
    ({ Key, Size, LastModified }) =>
      `<Contents><Key>${escaped(Key)}</Key><Size>${Size}</Size><LastModified>${LastModified.toISOString()}</LastModified></Contents>`,
  );
  const next = NextContinuationToken as string | undefined;
  const token = next === undefined ? '' : `<NextContinuationToken>${escaped(next)}</NextContinuationToken>`;
  return xml(200, 'ListBucketResult', `<IsTruncated>${IsTruncated}</IsTruncated>${token}${objects.join('')}`);
};

const writeAnswer = ({ operation }: Request, answer: Answer): HttpResponse => {
  if (operation === 'ListObjectsV2') return writeListing(answer);
  if (operation === 'DeleteObjects') return xml(200, 'DeleteResult', '');
  const headers: Record<string, string> = {};
  if (answer.ETag) headers.etag = answer.ETag as string;
  if (operation === 'HeadObject') headers['x-amz-version-id'] = answer.VersionId as string;
  const body = Readable.from([Buffer.from((answer.body as string | undefined) ?? '')]);
  return new HttpResponse({ statusCode: 200, headers, body });
};

const writeError = (error: unknown): HttpResponse => {
  if (!(error instanceof S3ServiceException)) throw error;
  const { name, message } = error;
  return xml(
    error.$metadata.httpStatusCode ?? 500,
    'Error',
    `<Code>${name}</Code><Message>${escaped(message)}</Message>`,
  );
};

/**
 * Puts the simulated S3 behind all of the SDK: what it makes of requests, answers and errors, and its own attempts, are its own.
 * It costs ten times as much as `attach`.
 */
const attachToWire = (client: S3Client, adversary: Adversary, store: Store): void => {
  const handle = async (http: HttpRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
    const actor = World.actor();
    if (actor === undefined) throw new Error('S3 is called by no function.');
    const request = readRequest(http);
    try {
      const sent = attempt(actor.world, adversary, store, actor, request, abortSignal);
      const answer = await orAborted(actor, abortSignal, sent);
      return { response: writeAnswer(request, answer) };
    } catch (error) {
      return { response: writeError(error) };
    }
  };
  Reflect.deleteProperty(client, 'send');
  Object.assign(client.config, { requestHandler: { handle, destroy: () => undefined } });
};

export { attachToWire };
