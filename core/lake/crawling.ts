import * as z from 'zod';
import { CellflowError } from '../platform/errors';
import type { Execution } from '../platform/execution';

/** The answer of Glue's GetCrawler, as Step Functions passes it on: times are text or epoch seconds. */
const crawlerSchema = z.object({
  Crawler: z.object({
    State: z.enum(['READY', 'RUNNING', 'STOPPING']),
    LastCrawl: z
      .object({
        Status: z.string().optional(),
        ErrorMessage: z.string().nullish(),
        LogGroup: z.string().nullish(),
        LogStream: z.string().nullish(),
        StartTime: z.union([z.string(), z.number()]).nullish(),
      })
      .nullish(),
  }),
});

/** `$.partitions`: what *Catalogue new partitions* knows from look to look. The state machine sets its first value. */
const crawlingSchema = z.object({
  /** Days that the catalogue lacked at the last look, both tables counted. */
  missing: z.number().int(),
  /** Crawls that were waited for, whoever started them. */
  crawls: z.number().int(),
  /** What the state machine does next. */
  next: z.enum(['look', 'crawl', 'wait', 'done']),
  /** Seconds until the crawler is looked at. */
  wait: z.number().int().min(1),
  polls: z.number().int(),
  /** When the crawl that is waited for was asked for. */
  askedAt: z.string().optional(),
  /** The redrive that was last taken account of. */
  redriven: z.string().optional(),
  crawler: crawlerSchema.optional(),
});

type Crawling = z.infer<typeof crawlingSchema>;
type Crawler = z.infer<typeof crawlerSchema>['Crawler'];

/** The crawl that this stage waited for failed. */
class CrawlFailed extends CellflowError {}

/** A day is not in the catalogue, though the crawler saw the lake since its rows were there. */
class PartitionNotCatalogued extends CellflowError {}

/** One that runs already may have passed our days; the next one has seen them. */
const mostCrawls = 2;
const longestWait = 300;
/** Clocks may differ by so much, in milliseconds. */
const skew = 60_000;

const toTime = (time: string | number): number => (typeof time === 'number' ? time * 1_000 : Date.parse(time));

/** Growing waits: a crawl takes a second on a laptop, minutes on AWS. */
const waitAfter = (polls: number): number => Math.min(longestWait, 1 + Math.floor(polls / 2));

/**
 * Judges a crawl that has ended. One that began before it was asked for is somebody else's: its failure is not ours.
 *
 * @throws {@link CrawlFailed}
 */
const judgeCrawl = ({ LastCrawl }: Crawler, askedAt: string | undefined): void => {
  if (LastCrawl?.Status === undefined || LastCrawl.Status === 'SUCCEEDED') return;
  if (LastCrawl.StartTime == null || toTime(LastCrawl.StartTime) < Date.parse(askedAt ?? '') - skew) return;
  const log = LastCrawl.LogGroup ? ` Its log is ${LastCrawl.LogGroup}, stream ${LastCrawl.LogStream}.` : '';
  throw new CrawlFailed(
    `The crawl ended as ${LastCrawl.Status}: ${LastCrawl.ErrorMessage || 'no reason is given'}.${log} A retry crawls again; nothing is published again.`,
  );
};

/** The state as this look begins with it: a redrive starts over, so that a failed crawl is not judged twice. */
const beginCrawling = (state: Crawling, { RedriveTime: redriven }: Execution): Crawling =>
  redriven === undefined || redriven === state.redriven
    ? state
    : { missing: 0, crawls: 0, next: 'look', wait: 1, polls: 0, redriven };

/** Whether the crawler that is waited for still runs; then it is waited for longer. */
const isCrawling = ({ crawler }: Crawling): boolean => crawler !== undefined && crawler.Crawler.State !== 'READY';

const keepWaiting = ({ crawler: _, ...state }: Crawling): Crawling => ({
  ...state,
  next: 'wait',
  polls: state.polls + 1,
  wait: waitAfter(state.polls + 1),
});

/**
 * What to do about days that the catalogue lacks.
 *
 * @param missing - those days, for a person to read
 * @throws {@link PartitionNotCatalogued}, {@link CrawlFailed}
 */
const decide = ({ crawler, ...state }: Crawling, missing: readonly string[], now: Date): Crawling => {
  if (missing.length === 0) return { ...state, missing: 0, next: 'done' };
  // Before the first one was asked for, the crawler was looked at for nothing but to pass the time.
  if (crawler && state.askedAt !== undefined) judgeCrawl(crawler.Crawler, state.askedAt);
  if (state.crawls >= mostCrawls) {
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    throw new PartitionNotCatalogued(
      `The catalogue still lacks ${missing.slice(0, 5).join(', ')}${more} after ${state.crawls} crawls. Look at the crawler's log for what it made of them, then retry: it crawls again, nothing is published again.`,
    );
  }
  return {
    ...state,
    missing: missing.length,
    crawls: state.crawls + 1,
    next: 'crawl',
    polls: 0,
    wait: 1,
    askedAt: now.toISOString(),
  };
};

export type { Crawling };
export { beginCrawling, CrawlFailed, crawlingSchema, decide, isCrawling, keepWaiting, PartitionNotCatalogued };
