import { createHmac, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { secrets } from '../platform/clients';
import { environment } from '../platform/environment';
import { readSettings } from '../platform/settings';

/** Files that a link leads to, by the ends of their names, with the type that browsers and programs know them by. */
const fileTypes = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  geojson: 'application/geo+json',
};

/** What a link may open: the page of an upload, or one of its files. Nothing else in the reports bucket. */
const linkedPath = new RegExp(
  `^[0-9a-f]{16}/(?:index\\.html|[a-z0-9][a-z0-9_-]{0,63}\\.(?:${Object.keys(fileTypes).join('|')}))$`,
);

/** The type of a linked file; undefined for a page. */
const fileType = (path: string): string | undefined => {
  const [, ending = ''] = /\.([a-z]+)$/.exec(path) ?? [];
  return Object.hasOwn(fileTypes, ending) ? fileTypes[ending as keyof typeof fileTypes] : undefined;
};

const secretLifetime = 5 * 60_000;
let known: { arn: string; value: Promise<string>; until: number } | undefined;

const fetchSecret = async (arn: string): Promise<string> => {
  const { SecretString } = await secrets().send(new GetSecretValueCommand({ SecretId: arn }));
  if (!SecretString) throw new Error(`The secret ${arn}, which signs report links, holds no text.`);
  return SecretString;
};

/** The secret that signs links, asked for again after some minutes, so that a changed one is noticed. */
const linkSecret = async (): Promise<string> => {
  const arn = environment('LINK_SECRET_ARN');
  if (known?.arn !== arn || known.until <= Date.now()) {
    known = { arn, value: fetchSecret(arn), until: Date.now() + secretLifetime };
  }
  try {
    return await known.value;
  } catch (error) {
    known = undefined;
    throw error;
  }
};

const sign = (secret: string, path: string, expires: number): string =>
  createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex');

/** Unix time, in seconds, at which a link made now stops to open. */
const expiryAfter = (days: number, now = Date.now()): number => Math.floor(now / 1000) + days * 86_400;

type MakeLink = (path: string) => string;

/**
 * Makes links to objects of the reports bucket that open until `expires` without AWS credentials.
 *
 * @example
 * const link = await linkMaker(expiryAfter(7));
 * link('0123456789abcdef/index.html');
 */
const linkMaker = async (expires: number): Promise<MakeLink> => {
  const base = environment('LINK_BASE_URL').replace(/\/*$/, '/');
  const secret = await linkSecret();
  return (path) => {
    if (!linkedPath.test(path))
      throw new Error(`No link can lead to "${path}": it is no page and no file of an upload.`);
    return `${base}r/${path}?expires=${expires}&signature=${sign(secret, path, expires)}`;
  };
};

/** One link that opens for as long as the settings say. */
const signLink = async (path: string): Promise<string> => (await linkMaker(expiryAfter(readSettings().linkDays)))(path);

interface LinkRequest {
  /** Path of the request, as it came. */
  rawPath: string;
  rawQueryString: string;
}

type Verdict = { outcome: 'valid' | 'expired'; path: string } | { outcome: 'forged' };

const forged: Verdict = { outcome: 'forged' };

const only = (query: URLSearchParams, name: string, pattern: RegExp): string | undefined => {
  const [value, ...others] = query.getAll(name);
  return value !== undefined && others.length === 0 && pattern.test(value) ? value : undefined;
};

/** Tells whether a request carries a link of ours. The signature is checked first: a forged link learns nothing. */
const verifyLink = async ({ rawPath, rawQueryString }: LinkRequest, now = Date.now()): Promise<Verdict> => {
  const path = rawPath.startsWith('/r/') ? rawPath.slice(3) : '';
  const query = new URLSearchParams(rawQueryString);
  const expires = only(query, 'expires', /^\d{1,12}$/);
  const signature = only(query, 'signature', /^[0-9a-f]{64}$/);
  if (!linkedPath.test(path) || expires === undefined || signature === undefined) return forged;
  const expected = sign(await linkSecret(), path, Number(expires));
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(signature, 'hex'))) return forged;
  return { outcome: Number(expires) * 1000 > now ? 'valid' : 'expired', path };
};

/** Forgets the secret. For tests. */
const forgetLinkSecret = (): void => {
  known = undefined;
};

export type { LinkRequest, MakeLink, Verdict };
export { expiryAfter, fileType, fileTypes, forgetLinkSecret, linkedPath, linkMaker, signLink, verifyLink };
