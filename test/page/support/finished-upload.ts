import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { secrets } from '../../../core/platform/clients';
import { lakeKeys } from '../../../core/platform/keys';
import { reportFile } from '../../../core/reports/saved-reports';
import { type Totals, type Upload, uploadId } from '../../../core/uploads/upload';
import type { buildReportPageEvent } from '../../../functions/build-report-page';
import { buckets } from '../../support/emulator';
import { writeText } from '../../support/objects';
import { plannedUpload } from '../../support/planned-upload';
import { makeTotals } from '../../support/uploads';
import { type Cell, type RunFixture, runFixture } from './reports';

type BuildReportPageEvent = z.infer<typeof buildReportPageEvent>;

/** Makes the secret that signs links, as the deployment does, and tells the functions of it. */
const createLinkSecret = async (base: string): Promise<void> => {
  const { ARN = '' } = await secrets().send(
    new CreateSecretCommand({ Name: 'links', SecretString: 'a secret of the tests' }),
  );
  Object.assign(process.env, { LINK_SECRET_ARN: ARN, LINK_BASE_URL: base });
};

/** Writes what the stages before *Build report page* leave of an upload; gives that stage's event. */
const finishUpload = async (
  changes: Partial<Upload>,
  totals: Partial<Totals>,
  makeReports: (upload: string) => RunFixture[],
): Promise<BuildReportPageEvent> => {
  const upload = plannedUpload({ bucket: buckets.UPLOADS_BUCKET, ...changes });
  const reports = makeReports(upload.id);
  await writeText(buckets.LAKE_BUCKET, upload.claim, JSON.stringify({ upload: upload.id, key: upload.key }));
  for (const { report, csv } of reports) {
    const key = lakeKeys.report(upload.id, reportFile(report.name));
    await writeText(buckets.LAKE_BUCKET, key, JSON.stringify(report));
    if (report.status === 'done') await writeText(buckets.REPORTS_BUCKET, report.csv, csv);
  }
  await writeText(
    buckets.REPORTS_BUCKET,
    `${upload.id}/rejected-rows.csv`,
    'line,column,rule,reason,value\n3,signal,range,signal must be from 0 to 99 ASU (99: unknown),250\n',
  );
  await writeText(
    buckets.REPORTS_BUCKET,
    `${upload.id}/set-aside-values.csv`,
    'line,column,rule,reason,value\n4,speed,range,speed must be from 0 to 1500 km/h,9999\n',
  );
  return {
    upload,
    totals: makeTotals(totals),
    reports: reports.map(({ report: { name, status, rows } }) => ({
      name,
      file: reportFile(name),
      status,
      rows,
      seconds: 1,
    })),
    execution: { Id: 'arn:aws:states:eu-west-1:000000000000:execution:cellflow-upload:one' },
  };
};

const idOfKey = (key: string): string => uploadId(buckets.UPLOADS_BUCKET, key, 'v1');

/** Markup in every place that a file, a saved query or an engine can fill. */
const markup = '<script>alert(1)</script><img src=x onerror=alert(2)>';

/** Reports as a hostile file and a hostile hand would leave them: markup in names, titles and cells, formulas, control characters. */
const hostileReports = (upload: string): RunFixture[] => {
  const rows: Cell[][] = [
    [`${markup}`, `"><svg onload=alert(3)>`, 12.5, 1.5, 41.5, 1],
    [`=cmd|'/c calc'!A1`, `' onmouseover='alert(4)`, -3, null, 41.6, 2],
    ['{a|rich} {b} {c}%', '\u202Egnal\u0000\u0007', 4, 2.5, 41.7, 3],
    ['back`tick$ {x}', '&lt;b&gt;', 7, 9, 41.8, 4],
  ];
  const columns = ['operator', `network${markup}`, 'y"><x>', 'longitude', 'latitude', 'hour'];
  const hints = [
    `bar x=operator y=y"><x> series=network`,
    'line x=hour y=y"><x> series=operator',
    'heat x=hour y=operator value=y"><x>',
    'histogram x=operator y=y"><x>',
    'scatter-map x=longitude y=latitude value=y"><x>',
    'bar x=constructor y=__proto__',
    '__proto__ x=hour',
  ];
  return [
    ...hints.map((hint, index) => {
      const header = `-- title: ${markup} ${index}\n-- question: ${markup}\n-- chart: ${hint}\n-- units: y"><x>=<b>u</b> latitude=° constructor=x\nselect 1`;
      return runFixture(upload, `hostile-${index}`, header, columns, rows);
    }),
    failedReport(upload, `by hand <i>${'x'.repeat(30)}`, `line 1:8: mismatched input '${markup}'`),
    runFixture(upload, 'nothing-found', '-- title: Nothing found\n-- chart: bar x=a y=b', ['a', 'b'], []),
  ];
};

const failedReport = (upload: string, name: string, reason: string): RunFixture => ({
  report: {
    name,
    deployed: false,
    title: name,
    units: {},
    columns: [],
    rows: 0,
    csv: `${upload}/${reportFile(name)}.csv`,
    status: 'failed',
    reason,
  },
  csv: '',
});

export type { BuildReportPageEvent };
export { createLinkSecret, failedReport, finishUpload, hostileReports, idOfKey };
