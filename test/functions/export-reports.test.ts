import { gunzipSync } from 'node:zlib';
import { exportReports, exportReportsEvent, handler } from '../../functions/export-reports';
import { columns as mapColumns } from '../core/reports/map/support';
import { failedReport } from '../page/support/finished-upload';
import { type Cell, type RunFixture, runFixture } from '../page/support/reports';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, idOf, lake, makeTotals, makeUpload } from '../support/uploads';

const upload = makeUpload();
const workbookKey = `${upload.id}/reports.xlsx`;
const mapKey = `${upload.id}/signal-map.geojson`;
let s3: MemoryS3;

const tile = '0331110121302201';
const mapRow = (at: string): Cell[] => [at, 'one', '4G', 12, 12, 0, 0, 0, 0, 12, 0, 0, 12, -90, 0, null];

const mapReport = (rows: Cell[][]) => runFixture(upload.id, 'signal-map', '-- title: Map', [...mapColumns], rows);
const plainReport = runFixture(upload.id, 'weak-spots', '-- title: Weak spots', ['a', 'v'], [['x', 1]]);

/** Keeps reports as *Run reports* does; gives the stage's event. */
const keep = (reports: RunFixture[]) => {
  const results = reports.map(({ report, csv }) => {
    const file = report.csv.replace(/^.*\/|\.csv$/g, '');
    s3.putJson(`${lake}/runs/${upload.id}/reports/${file}.json`, report);
    if (report.status === 'done') s3.objects.set(`reports/${report.csv}`, Buffer.from(csv));
    return { name: report.name, file, status: report.status, rows: report.rows, seconds: 1 };
  });
  return exportReportsEvent.parse({ upload, totals: makeTotals(), reports: results });
};

const stored = (key: string) => s3.objects.get(`reports/${key}`);

/** The map as a browser saves it. */
const savedMap = () => JSON.parse(String(gunzipSync(stored(mapKey) ?? '')));

beforeEach(() => {
  s3 = new MemoryS3();
  Object.assign(process.env, { LAKE_BUCKET: lake, REPORTS_BUCKET: 'reports', SETTINGS: '{}' });
  claimFor(s3, upload);
});

describe('the exports of an upload', () => {
  it('are a workbook and the map, under their names', async () => {
    const event = keep([plainReport, mapReport([mapRow(tile)])]);
    await expect(exportReports(event)).resolves.toEqual({ workbook: workbookKey, map: mapKey });
    // A zip, whole to its end.
    const book = stored(workbookKey);
    expect(book?.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(book?.includes('PK\u0005\u0006')).toBe(true);
    expect(savedMap()).toMatchObject({
      type: 'FeatureCollection',
      features: expect.arrayContaining([expect.objectContaining({ type: 'Feature' })]),
    });
  });

  it.each([
    ['workbook', { workbook: workbookKey }, [workbookKey]],
    ['map', { map: mapKey }, [mapKey]],
  ] as const)('are written one by one: %s', async (file, written, keys) => {
    const event = keep([plainReport, mapReport([mapRow(tile)])]);
    await expect(exportReports({ ...event, file })).resolves.toEqual(written);
    expect([workbookKey, mapKey].filter(stored)).toEqual(keys);
  });

  it('have no map where there is none to write', async () => {
    await expect(exportReports({ ...keep([plainReport]), file: 'map' })).resolves.toEqual({});
  });

  it.each([
    [5, 'with service'],
    [13, 'too few'],
  ])('judge the tiles of the map by the fewest rows of the settings: %d, %s', async (fewestRows, kind) => {
    process.env.SETTINGS = JSON.stringify({ fewestRows });
    await exportReports(keep([mapReport([mapRow(tile)])]));
    const { features } = savedMap();
    expect(features).toContainEqual(expect.objectContaining({ properties: expect.objectContaining({ tile, kind }) }));
  });

  it.each<[string, () => RunFixture[]]>([
    ['failed', () => [plainReport, failedReport(upload.id, 'signal-map', 'it was stopped after 600 seconds')]],
    ['was not run', () => [plainReport]],
    ['has no row', () => [plainReport, mapReport([])]],
    ['is a query of other columns', () => [runFixture(upload.id, 'signal-map', '-- title: Map', ['x'], [['y']])]],
  ])('are without a map where its report %s, and no failure', async (_, reports) => {
    await expect(exportReports(keep(reports()))).resolves.toEqual({ workbook: workbookKey });
    expect(stored(workbookKey)).toBeDefined();
    expect(stored(mapKey)).toBeUndefined();
  });

  it('have a map of nothing where its report, changed by hand, is not in the order of its tiles: the file says so', async () => {
    const event = keep([mapReport([mapRow(tile), mapRow(tile.replace('03', '02'))])]);
    await expect(exportReports(event)).resolves.toEqual({ workbook: workbookKey, map: mapKey });
    expect(savedMap()).toMatchObject({ features: [], description: expect.stringContaining('not ordered by tile') });
  });

  it('have a map of nothing where its report, changed by hand, has no tiles of the tables', async () => {
    await exportReports(keep([mapReport([mapRow(tile.slice(0, 12))])]));
    expect(savedMap().features).toEqual([]);
  });

  it('are a workbook of the contents where there is no report at all', async () => {
    await expect(exportReports(keep([]))).resolves.toEqual({ workbook: workbookKey });
    expect(stored(workbookKey)?.length).toBeGreaterThan(1_000);
  });

  it('are written again by a retry, over the first', async () => {
    const event = keep([plainReport, mapReport([mapRow(tile)])]);
    const once = await exportReports(event);
    const map = savedMap();
    await expect(exportReports(event)).resolves.toEqual(once);
    expect(savedMap()).toEqual(map);
  });

  it('are not made where a report left no result: they would hide it', async () => {
    const event = keep([plainReport]);
    const reports = [{ name: 'other', file: 'other', status: 'done' as const, rows: 1, seconds: 1 }];
    await expect(exportReports({ ...event, reports })).rejects.toThrow('The report "other"');
    expect(stored(workbookKey)).toBeUndefined();
  });

  it('are not made for an upload that was overtaken', async () => {
    const event = keep([plainReport]);
    claimFor(s3, { ...upload, id: idOf('b') }, 2);
    await expect(exportReports(event)).rejects.toMatchObject({ name: 'Superseded' });
    expect(stored(workbookKey)).toBeUndefined();
  });

  it.each([workbookKey, mapKey])('fail where %s cannot be written', async (key) => {
    s3.fault = ({ operation, key: written }) =>
      operation === 'PutObject' && written === key ? { before: new Error('slow down') } : undefined;
    const event = keep([plainReport, mapReport([mapRow(tile)])]);
    await expect(exportReports(event)).rejects.toThrow('slow down');
    expect(stored(key)).toBeUndefined();
  });
});

describe('the handler', () => {
  const context = { functionName: 'export-reports', awsRequestId: 'test' } as never;

  it('takes what the state machine passes', async () => {
    const event = keep([plainReport]);
    await expect(handler(event as never, context)).resolves.toEqual({ workbook: workbookKey });
  });

  it('refuses what is no event of its own', async () => {
    await expect(handler({ upload: 'x' } as never, context)).rejects.toThrow();
  });
});
