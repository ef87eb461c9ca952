import { S3ServiceException } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { lambda } from '../../../core/platform/lambda';
import { isThrottled, isTransient } from '../../../core/platform/transient';
import { Superseded } from '../../../core/uploads/upload-errors';
import { ReportFailed } from '../../../functions/run-report';

const ofService = (name: string, status: number): Error =>
  new S3ServiceException({ name, message: 'words', $fault: 'server', $metadata: { httpStatusCode: status } });
const ofNetwork = (code: string): Error => Object.assign(new Error('socket hang up'), { code });

const throttled: [string, Error][] = [
  ['a service that is busy', ofService('SlowDown', 503)],
  ['a service that asks for patience', ofService('ThrottlingException', 400)],
  ['a quota of queries', ofService('TooManyRequestsException', 400)],
  ['a quota that has no name', ofService('UnknownError', 429)],
  ['a quota of keys', ofService('KMSThrottlingException', 400)],
];

const faults: [string, Error][] = [
  ['a service that fails', ofService('InternalError', 500)],
  ['a service that fails without a name', ofService('UnknownError', 503)],
  ['a catalogue that takes too long', ofService('OperationTimeoutException', 400)],
  ['a connection that is cut', ofNetwork('ECONNRESET')],
  ['an answer that does not come', Object.assign(new Error('timeout'), { name: 'TimeoutError' })],
];

const passing = [...throttled, ...faults];

const lasting: [string, Error][] = [
  ['a refusal', ofService('AccessDenied', 403)],
  ['an object that is not there', ofService('NoSuchKey', 404)],
  ['a mistake of ours', new TypeError('x is undefined')],
  ['an overtaken upload', new Superseded('superseded')],
  ['our own word on a fault that passes', new ReportFailed('failed', { cause: ofService('SlowDown', 503) })],
];

describe('a passing fault', () => {
  it.each(passing)('is %s', (_case, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each(lasting)('is not %s', (_case, error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('a quota that is reached', () => {
  it.each(throttled)('is %s', (_case, error) => {
    expect(isThrottled(error)).toBe(true);
  });

  it.each([...faults, ...lasting])('is not %s', (_case, error) => {
    expect(isThrottled(error)).toBe(false);
  });
});

describe('a function', () => {
  const context = { functionName: 'f', getRemainingTimeInMillis: () => 1_000 } as Context;
  const failWith = (error: Error) =>
    lambda(
      async (): Promise<void> => {
        throw error;
      },
      { event: z.object({}) },
    )({}, context, {} as never);

  it.each([
    ...throttled.map(([meets, error]) => ({ meets, error, name: 'Throttled' })),
    ...faults.map(([meets, error]) => ({ meets, error, name: 'TransientFault' })),
  ])('that meets $meets says so as $name, with the service’s own words', async ({ error, name }) => {
    await expect(failWith(error)).rejects.toMatchObject({
      name,
      message: `${error.name}: ${error.message}`,
      cause: error,
    });
  });

  it.each(lasting)('that meets %s says it as it is', async (_case, error) => {
    await expect(failWith(error)).rejects.toBe(error);
  });
});
