import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../core/platform/clients';
import { lakeKeys } from '../../core/platform/keys';
import { pageHashes } from '../../core/reports/page/page';
import { forgetLinkSecret } from '../../core/reports/report-links';
import { mergeTotals } from '../../core/reports/rounds/round';
import { buildReportPage, buildReportPageEvent, handler } from '../../functions/build-report-page';
import {
  type BuildReportPageEvent,
  createLinkSecret,
  failedReport,
  finishUpload,
} from '../page/support/finished-upload';
import { sampleMeasurements } from '../page/support/measurements';
import { deployedReports, type RunFixture, runFixture } from '../page/support/reports';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { readText, writeText } from '../support/objects';

jest.setTimeout(60_000);

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  forgetLinkSecret();
  await createLinkSecret('https://links.example/');
});
afterAll(() => emulator.stop());
beforeEach(() => {
  process.env.SETTINGS = '{"linkDays":3}';
});

/** The event as the handler reads it. */
const read = (event: BuildReportPageEvent) => buildReportPageEvent.parse(event);

const simple = (key: string, reports = 1) =>
  finishUpload({ key }, { rows: 12, valid: 10, rejected: 2, reasons: { 'signal range': 2 } }, (upload) =>
    Array.from({ length: reports }, (_, n) =>
      runFixture(upload, `report-${n}`, `-- title: Report ${n}\n-- chart: bar x=a y=v`, ['a', 'v'], [['x', n]]),
    ),
  );

const changeColumns = [
  ...['operator', 'technology', 'place', 'scale', 'count_before', 'count_after', 'hours_before', 'hours_after'],
  ...['median_before', 'median_after', 'change', 'share_weaker', 't', 'degrees_of_freedom'],
];

/** An upload whose days differ from those before in one place, as surely as `t` says. */
const changed = (key: string, others: (upload: string) => RunFixture[], t = -9) =>
  finishUpload({ key }, {}, (upload) => [
    runFixture(upload, 'signal-changes', '-- title: Changes', changeColumns, [
      ['orange', '4G', '08001', 'dBm', 60, 50, 20, 20, -91, -95, -4.2, 80, t, 40],
    ]),
    ...others(upload),
  ]);

describe('the page of an upload', () => {
  it('holds every report of the deployment, and is told of in the mail', async () => {
    const measurements = sampleMeasurements(800, 2);
    const event = await finishUpload({ key: 'north/all.csv' }, { rows: 800, valid: 800 }, (upload) =>
      deployedReports(upload, measurements),
    );
    const mail = await buildReportPage(read(event));
    const page = await readText(buckets.REPORTS_BUCKET, mail.page);
    const { id: upload } = event.upload;
    expect(mail.page).toBe(`${upload}/index.html`);
    expect(mail.subject).toBe('Cellflow: 800 of 800 rows of all.csv reported');
    expect(event.reports.length).toBeGreaterThanOrEqual(6);
    expect(page.match(/ id="report-\d+"/g)).toHaveLength(event.reports.length);
    expect(page.match(/<svg class="chart/g)?.length).toBeGreaterThan(event.reports.length);
    for (const { file } of event.reports) {
      expect(mail.message).toContain(`https://links.example/r/${upload}/${file}.csv?expires=`);
      expect(page).toContain(`https://links.example/r/${upload}/${file}.csv?expires=`);
    }
  });

  it('is stored as HTML with the hash of its styles, for who serves it', async () => {
    const { page } = await buildReportPage(read(await simple('stored.csv')));
    const { ContentType, Metadata } = await s3().send(
      new HeadObjectCommand({ Bucket: buckets.REPORTS_BUCKET, Key: page }),
    );
    expect(ContentType).toBe('text/html; charset=utf-8');
    expect(Metadata).toEqual(pageHashes);
  });

  it('has links that open for the days of the settings, to rejected rows too', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { message } = await buildReportPage(read(await simple('links.csv')));
    const after = Math.floor(Date.now() / 1000);
    const expiries = [...message.matchAll(/expires=(\d+)/g)].map(([, expires]) => Number(expires));
    expect(expiries).toHaveLength(3);
    for (const expires of expiries) {
      expect(expires).toBeGreaterThanOrEqual(before + 3 * 86_400);
      expect(expires).toBeLessThanOrEqual(after + 3 * 86_400);
    }
    expect(message).toContain('/rejected-rows.csv?expires=');
    expect(message).toContain('The links open for 3 days.');
  });

  it('leads to the workbook and the map, in the page and in the mail, where there are any', async () => {
    const event = await simple('exports.csv');
    const { id } = event.upload;
    const both = { workbook: `${id}/reports.xlsx`, map: `${id}/signal-map.geojson` };
    const texts = { workbook: 'Everything in one workbook (Excel)', map: 'The map as GeoJSON (QGIS)' };
    for (const exports of [undefined, { workbook: both.workbook }, both]) {
      const { page, message } = await buildReportPage(read({ ...event, exports }));
      const html = await readText(buckets.REPORTS_BUCKET, page);
      for (const name of ['workbook', 'map'] as const) {
        const count = exports !== undefined && name in exports ? 1 : 0;
        const link = `https://links.example/r/${both[name]}?expires=`;
        expect(message.split(`${texts[name]}:\n${link}`)).toHaveLength(count + 1);
        expect(html.split(`>${texts[name]}</a>`)).toHaveLength(count + 1);
        expect(html.split(`href="${link}`)).toHaveLength(count + 1);
      }
    }
  });

  it.each<[string, () => RunFixture[]]>([
    [
      'and a map where its report has rows',
      () => [runFixture('', 'signal-map', '-- title: Map', ['tile'], [['0'.repeat(16)]])],
    ],
    ['alone where there is no map', () => []],
  ])('leads to the workbook that is written beside it, %s', async (_, more) => {
    const event = await finishUpload({ key: 'beside.csv' }, {}, (upload) => [
      runFixture(upload, 'good', '-- title: Good', ['a'], [['x']]),
      ...more().map(({ report, csv }) => ({ csv, report: { ...report, csv: `${upload}/signal-map.csv` } })),
    ]);
    const { message } = await buildReportPage(read({ ...event, exports: 'beside' }));
    expect(message).toContain(`/${event.upload.id}/reports.xlsx?expires=`);
    expect(message.includes(`/${event.upload.id}/signal-map.geojson?expires=`)).toBe(more().length > 0);
  });

  it('names a saved report that failed, in the page and in the mail, and shows the others', async () => {
    const event = await finishUpload({ key: 'mixed.csv' }, {}, (upload) => [
      runFixture(upload, 'good', '-- title: Good', ['a'], [['x']]),
      failedReport(upload, 'By Hand (copy)', "Column 'roaming' cannot be resolved"),
    ]);
    const { page, subject, message } = await buildReportPage(read(event));
    const html = await readText(buckets.REPORTS_BUCKET, page);
    expect(subject).toContain('1 report failed');
    expect(message).toContain("By Hand (copy) (By Hand (copy))\n  Column 'roaming' cannot be resolved");
    expect(html).toContain('Column &#39;roaming&#39; cannot be resolved');
    expect(html).toContain('>Good</h2>');
  });

  it('of a round names each of its files that is there still, in the page and in the mail', async () => {
    const event = await simple('round/first.csv');
    const others = await Promise.all(['round/second.csv', 'round/replaced.csv'].map((key) => simple(key)));
    const uploads = [event, ...others].map(({ upload, totals, execution }) => ({
      upload,
      totals,
      execution: execution.Id,
    }));
    const replaced = uploads[2]?.upload;
    await writeText(buckets.LAKE_BUCKET, replaced?.claim ?? '', JSON.stringify({ upload: 'f'.repeat(16), key: 'x' }));
    const { id } = event.upload;
    const key = lakeKeys.round(12, id);
    const round = { number: 12, id, leader: event.execution.Id, uploads, totals: mergeTotals(uploads) };
    await writeText(buckets.LAKE_BUCKET, key, JSON.stringify(round));
    const register = { writes: 3, round: 12, leader: { execution: event.execution.Id, upload: id }, since: 1 };
    const ids = uploads.map(({ upload }) => upload.id);
    await writeText(
      buckets.LAKE_BUCKET,
      lakeKeys.roundsRegister,
      JSON.stringify({ ...register, phase: 'reporting', key, id, uploads: ids }),
    );
    const { page, subject, message } = await buildReportPage(read({ ...event, round: { number: 12, key } }));
    const html = await readText(buckets.REPORTS_BUCKET, page);
    expect(page).toBe(`${id}/index.html`);
    expect(subject).toBe('Cellflow: 2 files reported, 20 of 24 rows, 4 rejected');
    expect(message).toContain('- round/first.csv: 12 rows, 2 rejected\n- round/second.csv: 12 rows, 2 rejected\n\n');
    expect(html).toContain('<h1>2 files</h1>');
    for (const one of ids.slice(0, 2))
      expect(html).toContain(`https://links.example/r/${one}/rejected-rows.csv?expires=`);
    expect(`${html}${message}`).not.toContain('replaced.csv');
  });

  it('and the mail open with what stands out, and say whose rows the days hold besides', async () => {
    const other = 'e'.repeat(16);
    const event = await changed('worse.csv', (upload) => [
      runFixture(
        upload,
        'uploads-of-these-days',
        '-- title: Uploads',
        ['upload_id', 'count_rows'],
        [
          [other, 41_200],
          [upload, 10],
        ],
      ),
    ]);
    await writeText(buckets.LAKE_BUCKET, lakeKeys.upload(other), JSON.stringify({ key: 'north/<b>.csv' }));
    const { page, subject, message, send } = await buildReportPage(read(event));
    const html = await readText(buckets.REPORTS_BUCKET, page);
    expect(send).toBe(true);
    expect(subject).toBe('Cellflow: 1 place worse, 30 of 30 rows of worse.csv reported');
    expect(message).toMatch(
      /^What stands out:\n- The signal is weaker than in the days before in 1 place: orange 4G in 08001/,
    );
    expect(message).toContain('These days also hold 41,200 rows of 1 other upload: <b>.csv (41,200).');
    expect(html).toMatch(/<h2 id="what-stands-out">What stands out<\/h2>\s*<ul><li class="worse">The signal is weaker/);
    expect(html).toContain('<a href="#report-1">Changes</a>');
    expect(html).toContain('41,200 rows of 1 other upload');
    expect(html).not.toContain('<b>.csv');
  });

  it.each([
    { settings: {}, t: -0.5, send: true },
    { settings: { mailOnlyFindings: true }, t: -0.5, send: false },
    { settings: { mailOnlyFindings: true }, t: -9, send: true },
  ])('is told of in a mail or not, as the settings $settings and a t of $t want it', async ({ settings, t, send }) => {
    process.env.SETTINGS = JSON.stringify(settings);
    expect((await buildReportPage(read(await changed('mail.csv', () => [], t)))).send).toBe(send);
  });

  it('is told of where a saved report failed, whatever the settings say', async () => {
    process.env.SETTINGS = '{"mailOnlyFindings":true}';
    const event = await changed('failed.csv', (upload) => [failedReport(upload, 'mine', 'no such column')], 0);
    expect((await buildReportPage(read(event))).send).toBe(true);
  });

  it('is written again by a retry, over the first', async () => {
    const event = read(await simple('again.csv'));
    const one = await buildReportPage(event);
    const other = await buildReportPage(event);
    expect(other.page).toBe(one.page);
  });

  it('shows of a large report what it has room for', async () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => [`place ${n}`, n]);
    const event = await finishUpload({ key: 'large.csv' }, {}, (upload) => [
      runFixture(upload, 'large', '-- title: Large\n-- chart: bar x=a y=v', ['a', 'v'], rows),
    ]);
    const { page, message } = await buildReportPage(read(event));
    const html = await readText(buckets.REPORTS_BUCKET, page);
    expect(html).toContain('29,000 more rows in the CSV.');
    expect(html).toContain('The chart shows the first 24 of 30,000 rows.');
    expect(html.length).toBeLessThan(200_000);
    expect(message).toContain('Large (large, 30,000 rows)');
  });

  it('and its mail stay small where there are many reports', async () => {
    const mail = await buildReportPage(read(await simple('many.csv', 120)));
    expect(Buffer.byteLength(JSON.stringify(mail))).toBeLessThan(110_000);
    expect((await readText(buckets.REPORTS_BUCKET, mail.page)).match(/ id="report-\d+"/g)).toHaveLength(120);
  });

  it('is not made where a report left no result: the page would hide it', async () => {
    const event = await simple('lost.csv');
    const reports = [{ name: 'other', file: 'other', status: 'done' as const, rows: 1, seconds: 1 }];
    await expect(buildReportPage(read({ ...event, reports }))).rejects.toThrow('The report "other"');
  });

  it('is not made for an upload that was overtaken', async () => {
    const event = await simple('overtaken.csv');
    await writeText(
      buckets.LAKE_BUCKET,
      event.upload.claim,
      JSON.stringify({ upload: 'f'.repeat(16), key: event.upload.key, version: 'v2' }),
    );
    await expect(buildReportPage(read(event))).rejects.toMatchObject({ name: 'Superseded' });
  });
});

describe('the handler', () => {
  const context = { functionName: 'build-report-page', awsRequestId: 'test' } as never;

  it('takes the whole of $$.Execution', async () => {
    const event = await simple('handled.csv');
    const execution = {
      ...event.execution,
      Name: 'one',
      Input: {},
      StartTime: '2026-01-01T00:00:00Z',
      RedriveCount: 0,
    };
    await expect(handler({ ...event, execution } as never, context)).resolves.toMatchObject({
      page: lakeKeys.reports(event.upload.id).replace(/^runs\/(.*)\/reports\/$/, '$1/index.html'),
    });
  });

  it('refuses what is no event of its own', async () => {
    await expect(handler({ upload: 'x' } as never, context)).rejects.toThrow();
  });
});
