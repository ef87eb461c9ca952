import { tables } from '../../../contract';
import { sweepLake } from '../../../core/lake/sweeping';
import { takeOverLake } from '../../../core/lake/takeover';
import { enlist, hide, makeVisible } from '../../../core/lake/visibility';
import { appendEntry, readClaimLog } from '../../../core/lake/visibility-log';
import { withdrawUpload } from '../../../core/lake/withdrawal';
import { holdClock, type Time } from '../../support/held-clock';
import { MemoryGlue } from '../../support/memory-glue';
import { MemoryS3, type Request } from '../../support/memory-s3';
import { claimFor, idOf, lake, makeUpload } from '../../support/uploads';
import {
  claimByVersion01,
  claimOf,
  columnsLater,
  crawlByVersion01,
  databases,
  sealByVersion01,
  sealedKey,
} from '../../support/version-0.1';

const start = 1_000_000;
const notice = { delay: 100 };
const claim = claimOf('c');
const [first, second, third] = ['1', '2', '3'].map(idOf) as [string, string, string];
const names = tables.map(({ name }) => name);
const days = Array.from({ length: 250 }, (_, n) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10));

let s3: MemoryS3;
let glue: MemoryGlue;
let time: Time;

beforeEach(() => {
  s3 = new MemoryS3();
  glue = new MemoryGlue();
  process.env.LAKE_BUCKET = lake;
  time = holdClock(start);
});
afterEach(() => {
  jest.restoreAllMocks();
  s3.restore();
  glue.restore();
});

const takeOver = (first = true) => takeOverLake(lake, databases, first);

/** What a query sees that begins now: by all lines of all objects of the log, as the views ask it. */
const seen = (): string[] => {
  const rows = s3
    .names(`${lake}/visibility/`)
    .flatMap((name) => `${s3.objects.get(name)}`.split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as { upload_id: string; visible_from?: number; visible_until?: number });
  const least = (id: string, field: 'visible_from' | 'visible_until') =>
    Math.min(...rows.flatMap((row) => (row.upload_id === id ? [row[field] ?? Infinity] : [])));
  return [...new Set(rows.map(({ upload_id }) => upload_id))]
    .filter((id) => least(id, 'visible_from') <= time.now && time.now < least(id, 'visible_until'))
    .sort();
};

/** Has an upload of the key, which holds its claim, go through this version's stages up to the flip. */
const show = async (id: string, generation: number, of = claim) => {
  const upload = makeUpload({ id, claim: of });
  claimFor(s3, upload, generation);
  await enlist(lake, upload);
  await makeVisible(lake, upload, notice);
};

describe('tables of version 0.1', () => {
  it('go to the database of the files with every day, and make room for the views', async () => {
    crawlByVersion01(glue, days);
    await expect(takeOver()).resolves.toEqual({ tables: names, uploads: 0 });
    expect([...glue.tables.keys()].sort()).toEqual(names.map((name) => `${databases.files}.${name}`).sort());
    for (const { name, columns } of tables) {
      const found = glue.tables.get(`${databases.files}.${name}`);
      expect([...(found?.days.keys() ?? [])]).toEqual(days);
      const all = columns.map((column) => ({ Name: column.name, Type: column.type }));
      const storages = [found?.table, ...(found?.days.values() ?? [])].map((entry) => entry?.StorageDescriptor);
      // The columns that came since are with the table and with each of its days.
      expect(storages.filter((storage) => storage?.Columns?.length !== all.length)).toEqual([]);
      expect(storages[0]?.Columns?.slice(-columnsLater)).toEqual(all.slice(-columnsLater));
      // The objects stay where they are.
      expect(storages.at(-1)?.Location).toBe(`s3://${lake}/${name}/day=${days.at(-1)}/`);
    }
  });

  it('are added to what the crawler has made there meanwhile', async () => {
    crawlByVersion01(glue, days.slice(0, 3));
    for (const { name, columns } of tables) {
      const Columns = columns.map((column) => ({ Name: column.name, Type: column.type }));
      const StorageDescriptor = { Location: `s3://${lake}/${name}/`, Columns };
      glue.add(databases.files, { Name: name, StorageDescriptor }, days.slice(2, 5));
    }
    await takeOver();
    for (const name of names) {
      expect([...(glue.tables.get(`${databases.files}.${name}`)?.days.keys() ?? [])].sort()).toEqual(days.slice(0, 5));
    }
  });

  it('stay under their names while a day cannot be given over, for a reason that is told', async () => {
    crawlByVersion01(glue, days.slice(0, 3));
    const refused = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    glue.fault = (operation) => (operation === 'BatchCreatePartition' ? { before: refused } : undefined);
    await expect(takeOver()).rejects.toThrow('Rate exceeded');
    expect(names.every((name) => glue.tables.has(`${databases.views}.${name}`))).toBe(true);
  });

  it('are looked for in vain by later deployments, which ask for no upload', async () => {
    crawlByVersion01(glue, days.slice(0, 3));
    await takeOver();
    s3.requests.length = 0;
    await expect(takeOver(false)).resolves.toEqual({ tables: [], uploads: 0 });
    expect(s3.requests).toEqual([]);
  });

  it('need not be there: a bucket may be kept when the stack is taken away', async () => {
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed' });
    await expect(takeOver()).resolves.toEqual({ tables: [], uploads: 1 });
    expect(seen()).toEqual([first]);
  });
});

describe('an upload of version 0.1', () => {
  beforeEach(() => crawlByVersion01(glue, ['2026-01-01']));

  it('is seen, if it is sealed', async () => {
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed' });
    await takeOver();
    expect(seen()).toEqual([first]);
  });

  it('is seen still while its successor is being sealed, and no more once that is visible', async () => {
    claimByVersion01(s3, claim, second);
    sealByVersion01(s3, { id: first, claim, state: 'sealed', at: 1 });
    sealByVersion01(s3, { id: second, claim, state: 'sealing', at: 2 });
    await takeOver();
    expect(seen()).toEqual([first]);
    // As the execution that sealed it goes on, by the code of now.
    const upload = makeUpload({ id: second, claim });
    await enlist(lake, upload);
    await expect(makeVisible(lake, upload, notice)).resolves.toMatchObject({ replaced: [first] });
    expect(seen()).toEqual([second]);
  });

  it('is not seen, if its copies were overtaken, removed or withdrawn; the sweep finds them', async () => {
    const [overtaken, removed, withdrawn] = ['d', 'e', 'f'].map(claimOf) as [string, string, string];
    claimByVersion01(s3, overtaken, idOf('9'));
    sealByVersion01(s3, { id: first, claim: overtaken, state: 'sealing' });
    claimByVersion01(s3, removed, idOf('9'));
    sealByVersion01(s3, { id: second, claim: removed, state: 'removed' });
    claimByVersion01(s3, withdrawn, third, { withdrawn: true });
    sealByVersion01(s3, { id: third, claim: withdrawn, state: 'sealed' });
    await takeOver();
    expect(seen()).toEqual([]);
    time.now += 1_000;
    await expect(sweepLake(lake, { grace: 500, goOn: () => true })).resolves.toMatchObject({ uploads: 3 });
    expect(s3.names(`${lake}/sealed/`)).toEqual([]);
  });

  it.each([
    ['holds the claim', second, second],
    ['was sealed last', third, second],
  ])(
    'is the only one of its key that is seen, the one that %s, where version 0.1 showed two',
    async (_, holder, seenOne) => {
      claimByVersion01(s3, claim, holder);
      sealByVersion01(s3, { id: first, claim, state: 'sealed', at: holder === second ? 3 : 1 });
      sealByVersion01(s3, { id: second, claim, state: 'sealed', at: 2 });
      await takeOver();
      expect(seen()).toEqual([seenOne]);
    },
  );

  it('is replaced by a new one of its key, and withdrawn, as any other', async () => {
    const other = claimOf('d');
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed' });
    claimByVersion01(s3, other, third);
    sealByVersion01(s3, { id: third, claim: other, state: 'sealed' });
    await takeOver();
    expect(seen()).toEqual([first, third]);
    await show(second, 1);
    expect(seen()).toEqual([second, third]);
    await withdrawUpload(lake, third, notice);
    expect(seen()).toEqual([second]);
  });

  it('is replaced also by one whose claim the code of version 0.1 moved late', async () => {
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed' });
    await takeOver();
    claimByVersion01(s3, claim, second);
    const upload = makeUpload({ id: second, claim });
    await enlist(lake, upload);
    await makeVisible(lake, upload, notice);
    expect(seen()).toEqual([second]);
  });

  it('that has landed, and is not sealed, is none of the matters of the log yet', async () => {
    claimByVersion01(s3, claim, first);
    await takeOver();
    expect(s3.names(`${lake}/visibility/`)).toEqual([]);
    const upload = makeUpload({ id: first, claim });
    await enlist(lake, upload);
    await makeVisible(lake, upload, notice);
    expect(seen()).toEqual([first]);
  });
});

describe('the code of now, which works before the takeover', () => {
  beforeEach(() => {
    crawlByVersion01(glue, ['2026-01-01']);
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed' });
  });

  it('may have moved the claim: what was sealed is seen until the new one is', async () => {
    const upload = makeUpload({ id: second, claim });
    claimFor(s3, upload);
    await enlist(lake, upload);
    await takeOver();
    expect(seen()).toEqual([first]);
    await makeVisible(lake, upload, notice);
    expect(seen()).toEqual([second]);
  });

  it('may have made the new one visible: what was sealed is not seen from then on', async () => {
    await show(second, 1);
    await takeOver();
    expect(seen()).toEqual([second]);
  });

  it('may have withdrawn it', async () => {
    await withdrawUpload(lake, first, notice);
    await takeOver();
    expect(seen()).toEqual([]);
  });

  /** Does something else at the same time, begun just before each of the takeover's requests, in a lake of its own each. */
  const meanwhile = async (before: () => Promise<void>, what: () => Promise<unknown>, expected: string[]) => {
    const begin = async () => {
      s3.fault = () => undefined;
      s3.objects.clear();
      glue.tables.clear();
      time.now = start;
      crawlByVersion01(glue, ['2026-01-01']);
      claimByVersion01(s3, claim, first);
      sealByVersion01(s3, { id: first, claim, state: 'sealed' });
      await before();
      s3.requests.length = 0;
    };
    await begin();
    await takeOver();
    const requests = s3.requests.length;
    expect(requests).toBeGreaterThan(8);
    for (let number = 1; number <= requests; number += 1) {
      await begin();
      let doing: Promise<unknown> | undefined;
      s3.fault = (request: Request) => {
        if (request.number === number && doing === undefined) {
          doing = Promise.resolve();
          doing = what();
        }
        return undefined;
      };
      await takeOver();
      expect(doing).toBeDefined();
      await doing;
      time.now += 1;
      expect({ number, seen: seen() }).toEqual({ number, seen: expected });
    }
  };

  it('may make another visible at any moment of it', async () => {
    const upload = makeUpload({ id: second, claim });
    const before = async () => {
      claimFor(s3, upload);
      await enlist(lake, upload);
    };
    await meanwhile(before, () => makeVisible(lake, upload, notice), [second]);
  });

  it('may not make it visible by a log that it read before: the number is taken', async () => {
    claimFor(s3, makeUpload({ id: second, claim }));
    await enlist(lake, makeUpload({ id: second, claim }));
    const readBefore = await readClaimLog(lake, claim);
    await takeOver();
    const line = { upload_id: second, visible_from: time.now, generation: 1 };
    await expect(appendEntry(lake, claim, readBefore, [line])).resolves.toBe(false);
    expect(seen()).toEqual([first]);
  });

  it('may withdraw the upload at any moment of it', async () => {
    await meanwhile(
      async () => {},
      () => withdrawUpload(lake, first, notice),
      [],
    );
  });

  it('may withdraw a newer upload with the older ones at any moment of it', async () => {
    const upload = makeUpload({ id: second, claim });
    const before = async () => {
      claimFor(s3, upload);
      s3.putJson(`${lake}/uploads/${second}.json`, { upload: second, claim, key: 'key' });
    };
    await meanwhile(before, () => withdrawUpload(lake, second, notice), []);
  });

  it('may have hidden a newer upload with the older ones, which it did not know', async () => {
    const upload = makeUpload({ id: second, claim });
    claimFor(s3, upload);
    s3.putJson(`${lake}/${claim}`, { ...s3.json<object>(`${lake}/${claim}`), withdrawn: true });
    await hide(lake, { ...upload, generation: 1 }, true, notice);
    await takeOver();
    expect(seen()).toEqual([]);
  });
});

describe('a takeover that is killed', () => {
  const killed = Object.assign(new Error('killed'), { name: 'Killed' });

  /** Several keys in several shards: sealed, being replaced, removed, doubled, and one that the code of now moves on. */
  const leave = async () => {
    crawlByVersion01(glue, days);
    for (const [digit, state] of [
      ['1', 'sealed'],
      ['2', 'removed'],
    ] as const) {
      claimByVersion01(s3, claimOf(digit), idOf(digit));
      sealByVersion01(s3, { id: idOf(digit), claim: claimOf(digit), state });
    }
    claimByVersion01(s3, claimOf('3'), idOf('4'));
    sealByVersion01(s3, { id: idOf('3'), claim: claimOf('3'), state: 'sealed', at: 1 });
    sealByVersion01(s3, { id: idOf('4'), claim: claimOf('3'), state: 'sealing', at: 2 });
    claimByVersion01(s3, claimOf('5'), idOf('6'));
    sealByVersion01(s3, { id: idOf('5'), claim: claimOf('5'), state: 'sealed', at: 1 });
    sealByVersion01(s3, { id: idOf('6'), claim: claimOf('5'), state: 'sealed', at: 2 });
    claimByVersion01(s3, claimOf('7'), idOf('7'));
    sealByVersion01(s3, { id: idOf('7'), claim: claimOf('7'), state: 'sealed' });
    await show(idOf('8'), 1, claimOf('7'));
  };
  const expected = ['1', '3', '6', '8'].map(idOf);

  /** Counts the requests of both services, and has one of them be the last. */
  const failAt = (number: number, when: 'before' | 'after') => {
    let requests = 0;
    const fault = () => {
      requests += 1;
      return requests >= number ? { [when]: killed } : undefined;
    };
    s3.fault = fault;
    glue.fault = fault;
    return () => requests;
  };

  it.each(['before', 'after'] as const)(
    'at any request, %s its effect, does the rest when it is called again',
    async (when) => {
      await leave();
      const count = failAt(Infinity, when);
      await takeOver();
      const all = count();
      expect(all).toBeGreaterThan(60);
      for (let number = 1; number <= all; number += 1) {
        s3.objects.clear();
        glue.tables.clear();
        time.now = start;
        failAt(Infinity, when);
        await leave();
        failAt(number, when);
        await expect(takeOver()).rejects.toThrow('killed');
        failAt(Infinity, when);
        await takeOver();
        time.now += 1;
        expect(seen()).toEqual(expected);
        expect([...glue.tables.keys()].sort()).toEqual(names.map((name) => `${databases.files}.${name}`).sort());
        for (const name of names) {
          const { days: found = new Map() } = glue.tables.get(`${databases.files}.${name}`) ?? {};
          expect([...found.keys()]).toEqual(days);
        }
      }
    },
    60_000,
  );

  it('and rolled back lists what version 0.1 sealed since, and not what it replaced', async () => {
    crawlByVersion01(glue, ['2026-01-01']);
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed', at: 1 });
    glue.fault = (operation) => (operation === 'DeleteTable' ? { before: killed } : undefined);
    await expect(takeOver()).rejects.toThrow('killed');
    glue.fault = () => undefined;
    // Version 0.1 is back, replaces the upload and seals one of another key in the same shard.
    claimByVersion01(s3, claim, second);
    sealByVersion01(s3, { id: second, claim, state: 'sealed', at: 2 });
    sealByVersion01(s3, { id: first, claim, state: 'removed', at: 3 });
    const other = claim.replace('cc.json', 'cd.json');
    claimByVersion01(s3, other, third);
    sealByVersion01(s3, { id: third, claim: other, state: 'sealed', at: 4 });
    await takeOver();
    expect(seen()).toEqual([second, third]);
  });

  it('does not undo what the code of now did with an upload that version 0.1 was sealing', async () => {
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealing' });
    await takeOver();
    const upload = makeUpload({ id: first, claim });
    await enlist(lake, upload);
    await makeVisible(lake, upload, notice);
    // The next version holds the claim, and is not visible yet.
    claimFor(s3, makeUpload({ id: second, claim }));
    await enlist(lake, makeUpload({ id: second, claim }));
    await takeOver();
    expect(s3.objects.has(sealedKey(first))).toBe(true);
    expect(seen()).toEqual([first]);
  });

  it('looks whether a summary is there whose writing was refused or not answered', async () => {
    claimByVersion01(s3, claim, first);
    sealByVersion01(s3, { id: first, claim, state: 'sealed' });
    const lost = Object.assign(new Error('lost'), { name: 'TimeoutError' });
    let faults = 0;
    s3.fault = ({ operation, key }) => {
      if (operation !== 'PutObject' || !key.includes('summary')) return undefined;
      faults += 1;
      return { before: lost };
    };
    await takeOver();
    expect(faults).toBe(1);
    expect(seen()).toEqual([first]);
    await expect(readClaimLog(lake, claim)).resolves.toMatchObject({ last: 1 });
  });
});
