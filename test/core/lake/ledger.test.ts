import { LandingDefect } from '../../../core/lake/landing';
import { forEachLedger, type Ledger, UnreadableLedger } from '../../../core/lake/ledger';
import { MemoryS3 } from '../../support/memory-s3';
import { idOf, lake, land, makeLedger } from '../../support/uploads';

const upload = idOf('a');
const prefix = `${lake}/landings/${upload}/`;
let s3: MemoryS3;

beforeEach(() => {
  s3 = new MemoryS3();
});
afterEach(() => s3.restore());

const read = async (): Promise<Ledger[]> => {
  const pages: Ledger[] = [];
  await forEachLedger(lake, upload, (page) => {
    pages.push(page);
  });
  return pages.sort((a, b) => (a.token < b.token ? -1 : 1));
};

describe('the pages of a ledger', () => {
  it('are read by their numbers', async () => {
    const pages = Array.from({ length: 12 }, (_, index) => makeLedger({ n: index + 1 }));
    land(s3, ...pages);
    await expect(read()).resolves.toEqual(pages);
  });

  it('of version 0.1 are read beside them, and leave no gap', async () => {
    const old = [makeLedger({ n: 0, token: '1f2e3d4c-3' }), makeLedger({ n: 0, token: 'ffffffff-12' })];
    const pages = [makeLedger({ n: 1 }), makeLedger({ n: 2 })];
    land(s3, ...old, ...pages);
    expect(s3.names(prefix)).toEqual(
      ['00000001', '00000002', '1f2e3d4c-3', 'ffffffff-12'].map((name) => `${prefix}${name}.json`),
    );
    await expect(read()).resolves.toEqual([...pages, ...old]);
  });

  it('are listed again where the listing shows one without the one before', async () => {
    land(s3, makeLedger({ n: 1 }), makeLedger({ n: 3 }));
    let lists = 0;
    s3.fault = ({ operation }) => {
      if (operation === 'ListObjectsV2' && ++lists === 3) land(s3, makeLedger({ n: 2 }));
      return undefined;
    };
    await expect(read()).resolves.toHaveLength(3);
  });

  it.each([
    ['the first', [2], 1],
    ['one in the middle', [1, 2, 4, 5], 3],
  ])('are a defect where %s is gone for good', async (_case, numbers, missing) => {
    land(s3, ...numbers.map((n) => makeLedger({ n })));
    const reading = read();
    await expect(reading).rejects.toThrow(LandingDefect);
    await expect(reading).rejects.toThrow(`lacks page ${missing}, and has later ones`);
  });

  it('are a defect where two have one token: their objects could be the same', async () => {
    land(s3, makeLedger({ n: 1, token: 'aa' }), makeLedger({ n: 2, token: 'aa' }));
    await expect(read()).rejects.toThrow(LandingDefect);
  });
});

describe('a page that is not of the streaming job', () => {
  const page = makeLedger();
  const [object] = page.objects;
  if (object === undefined) throw new Error('the page has no object');

  it.each([
    ['no version', { ...page, v: undefined }, /not a page/],
    ['a version to come', { ...page, v: 4 }, /not a page/],
    ['no token', { ...page, token: undefined }, /not a page/],
    ['another upload', { ...page, upload: idOf('b') }, /names upload b+, which is not its own/],
    ['another number than its name', { ...page, n: 9 }, /names page 9/],
    ['no number', { ...page, n: 0 }, /names page 0/],
    [
      'an object of another attempt',
      { ...page, objects: [{ ...object, key: object.key.replace('00001-0', '00002-0') }] },
      /00002-0/,
    ],
    ['an object twice', { ...page, objects: [object, object] }, /which is not its own/],
    ['a page of version 0.1', { ...page, v: 1, query: '1f2e3d4c', batch: 3 }, /names page 0, token 1f2e3d4c-3/],
  ])('is refused: %s', async (_case, value, message) => {
    s3.putJson(`${prefix}00000001.json`, value);
    const reading = read();
    await expect(reading).rejects.toThrow(UnreadableLedger);
    await expect(reading).rejects.toThrow(message);
  });

  it('is refused under a name that is no number', async () => {
    s3.putJson(`${prefix}1.json`, page);
    await expect(read()).rejects.toThrow(UnreadableLedger);
  });

  it('of version 0.1 is refused with an object of another batch', async () => {
    const objects = [{ ...object, key: object.key.replace('0000000000000001', '1f2e3d4c-4') }];
    land(s3, makeLedger({ n: 0, token: '1f2e3d4c-3', objects }));
    await expect(read()).rejects.toThrow(/1f2e3d4c-4-0/);
  });
});
