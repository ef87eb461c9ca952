import { SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { explain, reasonLines } from '../../cli/explaining';
import { failedExecution, failWith } from '../support/failed-execution';
import { MemoryS3 } from '../support/memory-s3';
import { makeUpload } from '../support/uploads';

const upload = makeUpload();
const sfn = mockClient(SFNClient);
let s3: MemoryS3;

const fails = (name: string, message: string): void =>
  failWith(sfn, upload, Object.assign(new Error(message), { name }));

beforeEach(() => {
  s3 = new MemoryS3();
  process.env.REPORTS_BUCKET = 'reports';
  s3.objects.set(
    `reports/${upload.id}/rejected-rows.csv`,
    Buffer.from('line,column,rule,reason,value\n2,signal,range,out of range,100\n3,row,columns,too few,x\n'),
  );
});
afterEach(() => s3.restore());

describe('a failure at the terminal', () => {
  it('is shown with the first rejected rows of the file that failed for them', async () => {
    fails('TooManyInvalidRows', '2 of 3 rows are rejected.\nAll of them: there');
    const failure = await explain(failedExecution);
    expect(failure).toMatchObject({
      stage: 'Judge upload',
      rejectedRows: [expect.stringMatching(/^2,signal/), expect.anything()],
    });
    expect(reasonLines(failure)).toBe(
      [
        '  2 of 3 rows are rejected.',
        '  All of them: there',
        '  First rejected rows (line,column,rule,reason,value):',
        '  2,signal,range,out of range,100',
        '  3,row,columns,too few,x',
      ].join('\n'),
    );
  });

  it('is shown without them where it has none, or where they are gone', async () => {
    fails('LandingStalled', 'nothing moves');
    expect(await explain(failedExecution)).not.toHaveProperty('rejectedRows');
    s3.objects.clear();
    fails('NoValidRows', 'none is valid');
    expect(reasonLines(await explain(failedExecution))).toBe('  none is valid');
  });

  it('cannot give orders to the terminal', () => {
    const shown = reasonLines({ reason: 'a\u001b[2Jb', rejectedRows: ['c\u0007'] });
    expect([shown.includes('\u001b'), shown.includes('\u0007')]).toEqual([false, false]);
  });
});
