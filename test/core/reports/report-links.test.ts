import { createHmac } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { expiryAfter, forgetLinkSecret, linkMaker, signLink, verifyLink } from '../../../core/reports/report-links';

const secret = 'of the tests';
const path = '0123456789abcdef/index.html';
const now = Date.UTC(2026, 0, 31, 12);
const secrets = mockClient(SecretsManagerClient);

beforeEach(() => {
  Object.assign(process.env, {
    LINK_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:links',
    LINK_BASE_URL: 'https://links.example/',
    SETTINGS: '{"linkDays":7}',
  });
  secrets.reset();
  secrets.on(GetSecretValueCommand).resolves({ SecretString: secret });
  forgetLinkSecret();
});
afterEach(() => jest.useRealTimers());

const request = (link: string) => {
  const { pathname, search } = new URL(link);
  return { rawPath: pathname, rawQueryString: search.slice(1) };
};

const signed = async (expires = expiryAfter(7, now)) => (await linkMaker(expires))(path);

describe('a link', () => {
  it('carries path, expiry and their HMAC under the secret', async () => {
    const expires = expiryAfter(7, now);
    const signature = createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex');
    await expect(signed()).resolves.toBe(`https://links.example/r/${path}?expires=${expires}&signature=${signature}`);
  });

  it('opens until it expires, and not from that second on', async () => {
    const expires = expiryAfter(7, now);
    const link = request(await signed(expires));
    await expect(verifyLink(link, expires * 1000 - 1)).resolves.toEqual({ outcome: 'valid', path });
    await expect(verifyLink(link, expires * 1000)).resolves.toEqual({ outcome: 'expired', path });
  });

  it('is for the days of the settings', async () => {
    jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    expect(new URL(await signLink(path)).searchParams.get('expires')).toBe(String(now / 1000 + 7 * 86_400));
  });

  it('can begin with an address with or without a slash at its end', async () => {
    process.env.LINK_BASE_URL = 'http://127.0.0.1:4566/_aws/lambda-url/abc';
    await expect(signed()).resolves.toMatch(/^http:\/\/127\.0\.0\.1:4566\/_aws\/lambda-url\/abc\/r\/0123/);
  });

  it.each(['index.html', 'weak-spots.csv', 'reports.xlsx', 'signal-map.geojson'])('can lead to %s', async (file) => {
    const link = await linkMaker(expiryAfter(7, now));
    const path = `0123456789abcdef/${file}`;
    await expect(verifyLink(request(link(path)), now)).resolves.toEqual({ outcome: 'valid', path });
  });

  it.each([
    'athena/0123.csv',
    'athena/reports.xlsx',
    '0123456789abcdef/a/reports.xlsx',
    '0123456789abcdef/reports.xlsxx',
    '0123456789abcdef/../x.csv',
    '0123456789abcdef/a b.csv',
    `${path}.exe`,
    '',
    'x',
  ])('is not made to %s', async (other) => {
    const link = await linkMaker(1);
    expect(() => link(other)).toThrow(`No link can lead to "${other}"`);
  });
});

describe('a forged link', () => {
  it.each<[string, (link: { rawPath: string; rawQueryString: string }) => { rawPath: string; rawQueryString: string }]>(
    [
      [
        'to another file',
        ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('index.html', 'signal.csv'), ...rest }),
      ],
      ['to another upload', ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('r/0', 'r/1'), ...rest })],
      [
        'with an encoded slash',
        ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('f/index', 'f%2Findex'), ...rest }),
      ],
      ['with a letter encoded', ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('index', '%69ndex'), ...rest })],
      ['encoded twice', ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('index', '%2569ndex'), ...rest })],
      ['through a parent', ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('/r/', '/r/../r/'), ...rest })],
      ['with two slashes', ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('f/', 'f//'), ...rest })],
      ['with a line feed at its end', ({ rawPath, ...rest }) => ({ rawPath: `${rawPath}\n`, ...rest })],
      ['outside of reports', ({ rawPath, ...rest }) => ({ rawPath: rawPath.replace('/r/', '/'), ...rest })],
      [
        'that lasts longer',
        (link) => ({ ...link, rawQueryString: link.rawQueryString.replace('expires=', 'expires=9') }),
      ],
      ['with two expiries', (link) => ({ ...link, rawQueryString: `${link.rawQueryString}&expires=9999999999` })],
      [
        'with two signatures',
        (link) => ({ ...link, rawQueryString: `${link.rawQueryString}&signature=${'0'.repeat(64)}` }),
      ],
      ['with a short signature', (link) => ({ ...link, rawQueryString: link.rawQueryString.slice(0, -2) })],
      [
        'in capitals',
        (link) => ({
          ...link,
          rawQueryString: link.rawQueryString.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase()),
        }),
      ],
      [
        'with an expiry that is no number',
        (link) => ({ ...link, rawQueryString: link.rawQueryString.replace(/\d+/, '1e12') }),
      ],
      ['without a query', ({ rawPath }) => ({ rawPath, rawQueryString: '' })],
    ],
  )('%s does not open', async (_, forge) => {
    const link = request(await signed());
    const forgery = forge(link);
    expect(forgery).not.toEqual(link);
    await expect(verifyLink(forgery, now)).resolves.toEqual({ outcome: 'forged' });
  });

  it('does not open, whatever one character is changed to', async () => {
    const link = await signed();
    const start = link.indexOf('/r/');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: link.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme-ascii' }),
        async (place, character) => {
          fc.pre(link[place] !== character);
          const changed = `${link.slice(0, place)}${character}${link.slice(place + 1)}`;
          const [rawPath = '', rawQueryString = ''] = changed.slice(start).split('?');
          const verdict = await verifyLink({ rawPath, rawQueryString }, now);
          return verdict.outcome === 'forged';
        },
      ),
    );
  });

  it('is refused without a look at the clock: an expired forgery is not told that it expired', async () => {
    const link = request(await signed(1));
    await expect(verifyLink({ ...link, rawQueryString: link.rawQueryString.replace(/.$/, 'x') }, now)).resolves.toEqual(
      {
        outcome: 'forged',
      },
    );
  });
});

describe('the secret', () => {
  it('is asked for once, and again after some minutes', async () => {
    jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await signed();
    await signed();
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(1);
    jest.setSystemTime(now + 5 * 60_000);
    await signed();
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(2);
  });

  it('is asked for again after a fault', async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce(new Error('throttled')).resolves({ SecretString: secret });
    await expect(signed()).rejects.toThrow('throttled');
    await expect(signed()).resolves.toContain('signature=');
  });

  it('must hold a text: an empty one would let anybody sign', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: '' });
    await expect(signed()).rejects.toThrow('holds no text');
  });

  it('is not needed to refuse what cannot be a link', async () => {
    await verifyLink({ rawPath: '/r/../../etc/passwd', rawQueryString: 'expires=1&signature=0' }, now);
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(0);
  });
});
