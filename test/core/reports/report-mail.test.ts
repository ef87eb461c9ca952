import fc from 'fast-check';
import { composeReportMail, type ReportMailInput } from '../../../core/reports/report-mail';
import { idOf, makeTotals, makeUpload } from '../../support/uploads';

const done = (name: string, title = name, rows = 12) => ({
  report: { name, title, rows, status: 'done' as const },
  csv: `https://links.example/r/${idOf('a')}/${name}.csv?expires=1&signature=2`,
});

const failed = (name: string, reason?: string) => ({
  report: { name, title: name, rows: 0, status: 'failed' as const, reason },
});

const input = (changes: Partial<ReportMailInput> = {}): ReportMailInput => ({
  upload: makeUpload({ key: 'incoming/mobile-logs.csv', columns: { signal: [0], operator: [1], town: [2] } }),
  totals: makeTotals({ rows: 1_000, valid: 980, rejected: 20, reasons: { 'lat number': 4, 'signal range': 16 } }),
  reports: [done('signal-strength', 'Signal strength by operator and network'), done('weak-spots', 'Weak spots', 1)],
  links: {
    page: 'https://links.example/page',
    rejectedRows: 'https://links.example/rejected',
    execution: 'https://console.example/execution',
  },
  linkDays: 7,
  ...changes,
});

describe('the mail of the reports', () => {
  it('tells the outcome in its subject', () => {
    expect(composeReportMail(input()).subject).toBe(
      'Cellflow: 980 of 1,000 rows of mobile-logs.csv reported, 20 rejected',
    );
  });

  it('says nothing of rejected rows where there are none', () => {
    const { subject, message } = composeReportMail(input({ totals: makeTotals({ rows: 1, valid: 1 }) }));
    expect(subject).toBe('Cellflow: 1 of 1 row of mobile-logs.csv reported');
    expect(message).not.toContain('Rejected:');
    expect(message).not.toContain('https://links.example/rejected');
  });

  it('holds the headline figures and all links, as plain text', () => {
    expect(composeReportMail(input()).message).toBe(`2 reports on mobile-logs.csv, measurements of 1 – 2 January 2026.

1,000 rows in the file, 980 accepted (98 %), 20 rejected.

All reports on one page, with charts:
https://links.example/page

Rejected: 20 rows (2 %)
  16 signal: out of range
  4 lat: not a number
  https://links.example/rejected

Each report as CSV:
Signal strength by operator and network (signal-strength, 12 rows)
  https://links.example/r/${idOf('a')}/signal-strength.csv?expires=1&signature=2
Weak spots (weak-spots, 1 row)
  https://links.example/r/${idOf('a')}/weak-spots.csv?expires=1&signature=2

The links open for 7 days.

Execution:
https://console.example/execution

Upload ${idOf('a')}
`);
  });

  it('says what is odd about rows that landed, in a line each', () => {
    const totals = makeTotals({
      rows: 100,
      valid: 100,
      setAside: { 'speed range': 2, 'satellites range': 5 },
      rowsWithSetAside: 6,
      columns: { signal: [98, 2, 0], operator: [40, 60, 0], town: [0, 100, 0], speed: [10, 88, 2] },
      strayDays: ['2000-01-01'],
      strayRows: 1,
    });
    const links = { ...input().links, setAsideValues: 'https://links.example/aside' };
    expect(composeReportMail(input({ totals, links })).message).toContain(`

7 impossible values in 6 rows were set aside, most often satellites: out of range; the rows are kept.
  https://links.example/aside
Unknown in half of the rows or more: operator (60 %), town (100 %).
1 row is dated 2000-01-01, far from all others: it landed, and the reports leave it out of their days.

`);
  });

  it('names the saved reports that failed, with their reason', () => {
    const { subject, message } = composeReportMail(
      input({ reports: [done('a'), failed('Mine', 'line 1:8:\n no such column')] }),
    );
    expect(subject).toContain('1 report failed');
    expect(message).toContain(
      '1 saved report failed, the others are complete:\nMine (Mine)\n  line 1:8: no such column',
    );
  });

  it('has a subject that SNS takes, whatever the file is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        fc.nat(50),
        (key, rows, rejected, others) => {
          const reports = Array.from({ length: others }, (_, n) => failed(`r${n}`));
          const totals = makeTotals({ rows, valid: rows, rejected });
          const { subject } = composeReportMail(input({ upload: makeUpload({ key }), totals, reports }));
          expect(subject).toMatch(/^Cellflow: [\x20-\x7e]{1,89}$/);
        },
      ),
    );
  });

  it('keeps within what the execution’s state can carry, and says what it left out', () => {
    const reports = Array.from({ length: 500 }, (_, n) => [
      done(`report-${n}`, 'é'.repeat(5_000)),
      failed(`failed-${n}`, 'x'.repeat(5_000)),
    ]).flat();
    const reasons = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`column${n} range`, n + 1]));
    const { message } = composeReportMail(input({ reports, totals: makeTotals({ rejected: 9, reasons }) }));
    expect(Buffer.byteLength(message)).toBeLessThan(100_000);
    expect(message).toMatch(/and \d+ more, on the page/);
    expect(message).toContain('and 50 more reasons');
    expect(message).toContain('https://links.example/page');
    expect(message).toContain('https://console.example/execution');
  });

  it('puts each title on a line of its own, whatever is in it', () => {
    const { message } = composeReportMail(input({ reports: [done('a', 'One\r\n\r\nhttps://evil.example/')] }));
    expect(message).toContain('One https://evil.example/ (a, 12 rows)');
  });
});
