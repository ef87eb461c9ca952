import {
  beginCrawling,
  CrawlFailed,
  type Crawling,
  crawlingSchema,
  decide,
  isCrawling,
  keepWaiting,
  PartitionNotCatalogued,
} from '../../../core/lake/crawling';

const first: Crawling = { missing: 0, crawls: 0, next: 'look', wait: 1, polls: 0 };
const now = new Date('2026-01-01T00:00:00Z');
const missing = ['measurements/day=2026-01-01'];
const crawler = (State: 'READY' | 'RUNNING' | 'STOPPING', LastCrawl?: object) =>
  crawlingSchema.parse({ ...first, crawler: { Crawler: { Name: 'c', State, LastCrawl } } }).crawler;

const waiting: Crawling = { ...first, missing: 1, crawls: 1, next: 'crawl', askedAt: now.toISOString() };

describe('the catalogue', () => {
  it('wants no crawl for days that it has', () => {
    expect(decide(first, [], now)).toMatchObject({ next: 'done', crawls: 0 });
  });

  it('wants a crawl for a day that it lacks', () => {
    expect(decide(first, missing, now)).toMatchObject({
      next: 'crawl',
      crawls: 1,
      missing: 1,
      askedAt: now.toISOString(),
    });
  });

  it('is done with when the crawl brought the day', () => {
    expect(decide({ ...waiting, crawler: crawler('READY', { Status: 'SUCCEEDED' }) }, [], now)).toMatchObject({
      next: 'done',
      crawls: 1,
    });
  });

  it('wants a second crawl where the first, running already, did not see the day', () => {
    const state = {
      ...waiting,
      crawler: crawler('READY', { Status: 'SUCCEEDED', StartTime: now.getTime() / 1_000 - 600 }),
    };
    expect(decide(state, missing, now)).toMatchObject({ next: 'crawl', crawls: 2 });
  });

  it('fails after two, naming the day', () => {
    const state = { ...waiting, crawls: 2, crawler: crawler('READY', { Status: 'SUCCEEDED' }) };
    expect(() => decide(state, missing, now)).toThrow(PartitionNotCatalogued);
    expect(() => decide(state, missing, now)).toThrow('lacks measurements/day=2026-01-01 after 2 crawls');
  });
});

describe('a crawl', () => {
  it.each(['RUNNING', 'STOPPING'] as const)('that is %s is waited for', (state) => {
    expect(isCrawling({ ...waiting, crawler: crawler(state) })).toBe(true);
  });

  it('that has ended, or was not looked at, is not', () => {
    expect([isCrawling({ ...waiting, crawler: crawler('READY') }), isCrawling(first)]).toEqual([false, false]);
  });

  it('is waited for with growing pauses up to five minutes, few in three days', () => {
    let state = keepWaiting(waiting);
    const waits: number[] = [];
    for (let waited = 0; waited < 259_200; waited += state.wait) {
      waits.push(state.wait);
      state = keepWaiting(state);
    }
    expect(waits.slice(0, 5)).toEqual([1, 2, 2, 3, 3]);
    expect([Math.max(...waits), waits.length * 14 < 24_000]).toEqual([300, true]);
    expect(state).toMatchObject({ next: 'wait', crawls: 1 });
  });

  it.each([
    ['text', '2026-01-01T00:00:01Z'],
    ['seconds', now.getTime() / 1_000 + 1],
  ])('that failed fails the stage with its own error (time as %s)', (_case, StartTime) => {
    const last = {
      Status: 'FAILED',
      ErrorMessage: 'Internal Service Exception',
      LogGroup: '/g',
      LogStream: 's',
      StartTime,
    };
    const judge = () => decide({ ...waiting, crawler: crawler('READY', last) }, missing, now);
    expect(judge).toThrow(CrawlFailed);
    expect(judge).toThrow('The crawl ended as FAILED: Internal Service Exception. Its log is /g, stream s.');
  });

  it('that was cancelled says so', () => {
    const last = { Status: 'CANCELLED', StartTime: '2026-01-01T00:00:01Z' };
    expect(() => decide({ ...waiting, crawler: crawler('READY', last) }, missing, now)).toThrow(
      'CANCELLED: no reason is given',
    );
  });

  it('of somebody else that failed before ours is not judged', () => {
    const last = { Status: 'FAILED', StartTime: '2025-12-31T23:00:00Z' };
    expect(decide({ ...waiting, crawler: crawler('READY', last) }, missing, now)).toMatchObject({ next: 'crawl' });
  });

  it('that failed but brought the day does no harm', () => {
    const last = { Status: 'FAILED', StartTime: '2026-01-01T00:00:01Z' };
    expect(decide({ ...waiting, crawler: crawler('READY', last) }, [], now)).toMatchObject({ next: 'done' });
  });
});

describe('a redrive', () => {
  const failed = { ...waiting, crawls: 2, polls: 7, crawler: crawler('READY', { Status: 'FAILED' }) };
  const execution = { Id: 'arn', RedriveTime: '2026-01-02T00:00:00Z' };

  it('forgets the crawls before it', () => {
    expect(beginCrawling(failed, execution)).toEqual({ ...first, redriven: execution.RedriveTime });
  });

  it('counts once', () => {
    const state = { ...failed, redriven: execution.RedriveTime };
    expect(beginCrawling(state, execution)).toBe(state);
  });

  it('is none where there was none', () => {
    expect(beginCrawling(failed, { Id: 'arn' })).toBe(failed);
  });
});
