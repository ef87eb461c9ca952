import type { S3Client } from '@aws-sdk/client-s3';
import { S3ServiceException } from '@aws-sdk/client-s3';
import type { Adversary } from './adversary';
import { type Answer, failure, type Request, type Store } from './store';
import { type Actor, never, World } from './world';

/** The SDK's own attempts at a call, as the product's clients have them. */
const attempts = 5;
/** Before the second; longer before each one after it. */
const firstPause = 100;

interface Input {
  Bucket?: string;
  Key?: string;
  Prefix?: string;
  Body?: string | Uint8Array;
  IfMatch?: string;
  IfNoneMatch?: string;
  Range?: string;
  Delete?: { Objects?: { Key?: string }[] };
  ContinuationToken?: string;
  StartAfter?: string;
  MaxKeys?: number;
}

const rangeOf = (text: string | undefined): Request['range'] => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(text ?? '') ?? [];
  return first === undefined ? undefined : [Number(first), Number(last)];
};

const requestOf = (operation: string, input: Input): Request => ({
  operation,
  bucket: input.Bucket ?? '',
  key: input.Key ?? input.Prefix ?? '',
  body: input.Body === undefined ? undefined : Buffer.from(input.Body as string).toString(),
  ifMatch: input.IfMatch,
  ifNoneMatch: input.IfNoneMatch,
  range: rangeOf(input.Range),
  keys: input.Delete?.Objects?.map(({ Key = '' }) => Key),
  token: input.ContinuationToken,
  startAfter: input.StartAfter,
  most: input.MaxKeys,
});

const describe = ({ operation, key, keys, ifMatch, ifNoneMatch }: Request): string =>
  `${operation} ${keys?.join(' ') ?? key}${ifNoneMatch ? ' if absent' : ''}${ifMatch ? ` if ${ifMatch}` : ''}`;

/** The answer as the SDK gives it: a body that can be read in every way. */
const answerOf = ({ body, ...rest }: Answer): object => {
  if (body === undefined) return { $metadata: { httpStatusCode: 200 }, ...rest };
  const text = body as string;
  const Body = {
    transformToString: async () => text,
    transformToByteArray: async () => Buffer.from(text),
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(text);
    },
  };
  return { $metadata: { httpStatusCode: 200 }, ...rest, Body };
};

const unanswered = (): Error => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $metadata: {} });

const codeOf = (error: unknown): string =>
  error instanceof S3ServiceException
    ? `${error.$metadata.httpStatusCode ?? ''} ${error.name}`.trim()
    : (error as Error).name;

/** One attempt at a call: its turn comes, and what then becomes of it. */
const attempt = async (
  world: World,
  adversary: Adversary,
  store: Store,
  actor: Actor,
  request: Request,
  signal: AbortSignal | undefined,
): Promise<Answer> => {
  const label = describe(request);
  // What was given up before it was sent is not sent; what is on its way arrives.
  await world.turnOf(actor, label, world.limits.call, () => signal?.aborted === true);
  const apply = (who: string): Answer => {
    try {
      const answer = store.apply(request);
      world.tell(actor, `${label}${who}`);
      return answer;
    } catch (error) {
      world.tell(actor, `${label}${who}: ${codeOf(error)}`);
      throw error;
    }
  };
  const quietly = (who: string): void => {
    try {
      if (request.keys === undefined) apply(who);
      else {
        // A deletion of many is none at once: where nobody is told, it may have ended anywhere.
        const keys = request.keys.filter(() => world.random.chance(0.6));
        store.apply({ ...request, keys });
        world.tell(actor, `DeleteObjects ${keys.join(' ')}${who}, of ${request.keys.length}`);
      }
    } catch {
      // Nobody is told.
    }
  };
  if (world.now >= actor.dies) actor.kill();
  if (actor.dead) {
    // It was on its way when its function ended: it arrives, or does not.
    if (world.random.chance(0.5)) quietly(' (of a dead function)');
    return never<Answer>();
  }
  const fate = adversary.fate(request);
  switch (fate) {
    case 'answered':
      return apply('');
    case 'killed before':
      actor.kill();
      return never<Answer>();
    case 'killed after':
      quietly('');
      actor.kill();
      return never<Answer>();
    case 'unanswered':
      quietly(' (its answer is lost)');
      throw unanswered();
    case 'late':
      world.tell(actor, `${label} is given up`);
      void world.arrival(`late ${label}`, world.limits.call).then(() => quietly(' (late)'));
      throw unanswered();
    case 'lost':
      world.tell(actor, `${label} does not arrive`);
      throw unanswered();
    case 'conflict':
      world.tell(actor, `${label}: 409`);
      throw failure('ConditionalRequestConflict', 409);
    case 'refused':
      world.tell(actor, `${label}: 503`);
      throw failure('SlowDown', 503);
  }
};

const isTriedAgain = (error: unknown): boolean => {
  const { name, $metadata } = error as S3ServiceException;
  return name === 'TimeoutError' || ($metadata?.httpStatusCode ?? 0) >= 500;
};

/** Ends as soon as the caller loses patience; the request may be on its way still. */
const orAborted = async <Value>(
  actor: Actor,
  signal: AbortSignal | undefined,
  sent: Promise<Value>,
): Promise<Value> => {
  if (signal === undefined) return sent;
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  // Whichever comes second is nobody's concern.
  sent.catch(() => undefined);
  aborted.catch(() => actor.world.tell(actor, 'loses patience'));
  return Promise.race([sent, aborted]).finally(() => signal.removeEventListener('abort', stop));
};

/** A call as the SDK makes it, with its attempts. */
const call = async (adversary: Adversary, store: Store, request: Request, signal?: AbortSignal): Promise<Answer> => {
  const actor = World.actor();
  if (actor === undefined) throw new Error(`${describe(request)} is called by no function.`);
  for (let number = 1; ; number += 1) {
    try {
      return await attempt(actor.world, adversary, store, actor, request, signal);
    } catch (error) {
      if (number === attempts || !isTriedAgain(error) || signal?.aborted) throw error;
      await actor.world.wait(actor, actor.world.random.next() * firstPause * 2 ** (number - 1));
      if (signal?.aborted) throw error;
    }
  }
};

/** Puts the simulated S3 in the place of the network behind a client. */
const attach = (client: S3Client, adversary: Adversary, store: Store): void => {
  const send = async (
    command: { constructor: { name: string }; input: Input },
    { abortSignal }: { abortSignal?: AbortSignal } = {},
  ) => {
    const actor = World.actor();
    if (actor === undefined) throw new Error('S3 is called by no function.');
    const operation = command.constructor.name.replace(/Command$/, '');
    const sent = call(adversary, store, requestOf(operation, command.input), abortSignal);
    return answerOf(await orAborted(actor, abortSignal, sent));
  };
  Object.assign(client, { send });
};

export { attach, attempt, call, orAborted, rangeOf };
