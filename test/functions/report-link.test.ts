import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { s3 } from '../../core/platform/clients';
import { mostBytes } from '../../core/reports/page/fitting';
import { expiryAfter, forgetLinkSecret, linkMaker, signLink } from '../../core/reports/report-links';
import { createLinkSecret } from '../page/support/finished-upload';
import { invoke } from '../page/support/link-server';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { writeText } from '../support/objects';
import { idOf } from '../support/uploads';

jest.setTimeout(60_000);

const upload = idOf('a');
const pagePath = `${upload}/index.html`;
const csvPath = `${upload}/signal-strength.csv`;
const page = `<!doctype html><title>é</title><p>${'a page '.repeat(20)}</p>`;
let emulator: Emulator;

const writePage = (Body: string, Metadata: Record<string, string> = { style: 'abc=' }) =>
  s3().send(
    new PutObjectCommand({
      Bucket: buckets.REPORTS_BUCKET,
      Key: pagePath,
      Body,
      Metadata,
      ContentType: 'text/html; charset=utf-8',
    }),
  );

beforeAll(async () => {
  emulator = await startEmulator();
  forgetLinkSecret();
  await createLinkSecret('https://links.example/');
  await writePage(page);
  await writeText(buckets.REPORTS_BUCKET, csvPath, 'a,b\n1,2\n');
  await writeText(buckets.REPORTS_BUCKET, 'athena/secret.csv', 'a\n1\n');
});
afterAll(() => emulator.stop());
beforeEach(() => {
  process.env.SETTINGS = '{}';
});

const requestOf = (link: string) => link.slice(link.indexOf('/r/'));

const follow = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  invoke(method, requestOf(await signLink(path)), headers);

describe('a link to a page', () => {
  it('is answered with the page itself, again and again', async () => {
    for (const _ of [1, 2]) {
      const answer = await follow(pagePath);
      expect(answer).toMatchObject({ statusCode: 200, body: page });
      expect(answer.headers?.['Content-Type']).toBe('text/html; charset=utf-8');
    }
  });

  const policyOf = async () => (await follow(pagePath)).headers?.['Content-Security-Policy'];

  it('comes with a policy under which nothing runs and counts but its own script and styles', async () => {
    await writePage(page, { style: 'abc=', script: 'def=' });
    await expect(policyOf()).resolves.toBe(
      "default-src 'none'; style-src 'sha256-abc='; script-src 'sha256-def='; require-trusted-types-for 'script'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox allow-scripts",
    );
    await writePage(page);
  });

  it('runs nothing of a page from before there were scripts', async () => {
    const { headers } = await follow(pagePath);
    const told = String(headers?.['Content-Security-Policy']);
    expect(told).toContain("style-src 'sha256-abc='; script-src 'none'");
    expect(told).not.toContain('allow-scripts');
  });

  it('comes with headers that keep it to itself', async () => {
    const { headers } = await follow(pagePath);
    expect(headers).toMatchObject({
      'Cache-Control': 'no-store, private',
      'Referrer-Policy': 'no-referrer',
      'Strict-Transport-Security': 'max-age=15552000',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'X-Robots-Tag': 'noindex, nofollow, noarchive',
    });
  });

  it('allows no styles where the page does not name its own', async () => {
    await writePage(page, {});
    const { headers } = await follow(pagePath);
    expect(headers?.['Content-Security-Policy']).toContain("style-src 'none'");
    await writePage(page);
  });

  it.each([
    ['gzip, deflate, br', true],
    ['br;q=1.0, gzip;q=0.8', true],
    ['gzip;q=0', false],
    ['identity', false],
    ['', false],
  ])('is compressed for "%s": %p', async (encoding, compressed) => {
    const large = page.repeat(1_000);
    await writePage(large);
    const { body = '', headers, isBase64Encoded } = await follow(pagePath, { 'accept-encoding': encoding });
    expect(headers?.['Content-Encoding']).toBe(compressed ? 'gzip' : undefined);
    expect(isBase64Encoded ?? false).toBe(compressed);
    expect(compressed ? gunzipSync(Buffer.from(body, 'base64')).toString() : body).toBe(large);
    await writePage(page);
  });

  it('fits the 6 MB of a Lambda at its largest, whoever reads it', async () => {
    await writePage('"é'.repeat(mostBytes / 3).slice(0, mostBytes));
    for (const encoding of ['gzip', '']) {
      const answer = await follow(pagePath, { 'accept-encoding': encoding });
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(6 * 1024 * 1024);
    }
    await writePage(page);
  });
});

describe('a link to a CSV', () => {
  it('leads to the file by a URL of a minute, under a name of its own', async () => {
    const { statusCode, headers, body } = await follow(csvPath);
    expect(statusCode).toBe(302);
    expect(body).toBe('');
    expect(headers?.['Cache-Control']).toBe('no-store, private');
    const url = new URL(headers?.Location ?? '');
    expect(url.origin).toBe(process.env.AWS_ENDPOINT_URL);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
    const file = await fetch(url);
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${upload}-signal-strength.csv"`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    await expect(file.text()).resolves.toBe('a,b\n1,2\n');
  });
});

describe.each([
  ['reports.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['signal-map.geojson', 'application/geo+json'],
])('a link to %s', (name, type) => {
  it('leads to the file, with its type and a name of its own', async () => {
    await writeText(buckets.REPORTS_BUCKET, `${upload}/${name}`, 'the file');
    const { statusCode, headers } = await follow(`${upload}/${name}`);
    expect(statusCode).toBe(302);
    const file = await fetch(new URL(headers?.Location ?? ''));
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${upload}-${name}"`);
    expect(file.headers.get('content-type')).toBe(type);
    await expect(file.text()).resolves.toBe('the file');
  });

  it('is told 404 where the file is no longer kept', async () => {
    await expect(follow(`${idOf('c')}/${name}`)).resolves.toMatchObject({ statusCode: 404 });
  });
});

describe('what does not open', () => {
  const notice = { headers: expect.objectContaining({ 'Content-Type': 'text/html; charset=utf-8' }) };

  it('is told 410 where the link has expired', async () => {
    const link = (await linkMaker(expiryAfter(-1)))(pagePath);
    const answer = await invoke('GET', requestOf(link));
    expect(answer).toMatchObject({ statusCode: 410, ...notice });
    expect(answer.body).toContain('This link has expired');
  });

  it.each([
    '/',
    '/r/',
    `/r/${pagePath}`,
    `/r/${pagePath}?expires=9999999999&signature=${'0'.repeat(64)}`,
    '/r/athena/secret.csv?expires=9999999999&signature=0',
    `/r/${upload}/../athena/secret.csv`,
    '/favicon.ico',
  ])('is told 403 and nothing else: %s', async (url) => {
    const answer = await invoke('GET', url);
    expect(answer).toMatchObject({ statusCode: 403, ...notice });
    expect(answer.body).toContain('This address does not open anything.');
    expect(answer.body).not.toContain(upload);
    expect(answer.headers?.['Content-Security-Policy']).toMatch(/style-src 'sha256-[\w+/=]+'/);
  });

  it.each([`${upload}/gone.csv`, `${idOf('b')}/index.html`])('is told 404 where %s is no longer kept', async (path) => {
    await expect(follow(path)).resolves.toMatchObject({ statusCode: 404, ...notice });
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('is told 405 for %s, valid or not', async (method) => {
    const answer = await follow(pagePath, {}, method);
    expect(answer).toMatchObject({ statusCode: 405, headers: { Allow: 'GET' } });
  });
});

describe('a fault of S3', () => {
  it('fails the function, so that its alarm tells of it', async () => {
    const broken = mockClient(S3Client);
    broken.on(GetObjectCommand).rejects(new Error('slow down'));
    broken.on(HeadObjectCommand).rejects(new Error('slow down'));
    await expect(follow(pagePath)).rejects.toThrow('slow down');
    await expect(follow(csvPath)).rejects.toThrow('slow down');
    broken.restore();
  });
});
