import fc from 'fast-check';
import type { Finding } from '../../../core/reports/findings/finding';
import { composeReportMail, type ReportMailInput } from '../../../core/reports/report-mail';
import { idOf, makeTotals, makeUpload } from '../../support/uploads';

const done = (name: string, title = name, rows = 12) => ({
  report: { name, title, rows, status: 'done' as const },
  csv: `https://links.example/r/${idOf('a')}/${name}.csv?expires=1&signature=2`,
});

const failed = (name: string, reason?: string) => ({
  report: { name, title: name, rows: 0, status: 'failed' as const, reason },
});

const someTotals = makeTotals({
  rows: 1_000,
  valid: 980,
  rejected: 20,
  reasons: { 'lat number': 4, 'signal range': 16 },
});

interface Given extends Partial<ReportMailInput> {
  /** Key of the one file. */
  key?: string;
  setAsideValues?: string;
}

const input = ({
  key = 'incoming/mobile-logs.csv',
  totals = someTotals,
  setAsideValues,
  ...changes
}: Given = {}): ReportMailInput => ({
  files: [
    { upload: makeUpload({ key }), totals, links: { rejectedRows: 'https://links.example/rejected', setAsideValues } },
  ],
  findings: [],
  totals,
  reports: [done('signal-strength', 'Signal strength by operator and network'), done('weak-spots', 'Weak spots', 1)],
  links: {
    page: 'https://links.example/page',
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
    expect(composeReportMail(input()).message).toBe(`Nothing stands out in these days.

All reports on one page, with charts:
https://links.example/page

2 reports on mobile-logs.csv, measurements of 1 – 2 January 2026.

1,000 rows in the file, 980 accepted (98 %), 20 rejected.

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

  it('opens with what stands out, and says in its subject what got worse', () => {
    const findings: Finding[] = [
      { kind: 'worse', text: 'One operator is worse.', report: 'signal-changes' },
      { kind: 'worse', text: 'Three places are worse:\n“a”.', report: 'signal-changes', places: 3 },
      { kind: 'weak', text: 'It is weak in 9 places.', places: 9 },
    ];
    const { subject, message } = composeReportMail(input({ findings }));
    expect(subject).toBe('Cellflow: 3 places worse, 980 of 1,000 rows of mobile-logs.csv reported, 20 rejected');
    expect(message).toMatch(
      /^What stands out:\n- One operator is worse.\n- Three places are worse: “a”.\n- It is weak in 9 places.\n\nAll reports/,
    );
  });

  it.each([
    { places: [1], said: 'Cellflow: 1 place worse, 980 of' },
    { places: [undefined], said: 'Cellflow: signal worse, 980 of' },
    { places: [], said: 'Cellflow: 980 of' },
  ])('says "$said" of what got worse', ({ places, said }) => {
    const findings = places.map((count): Finding => ({ kind: 'worse', text: 'Worse.', places: count }));
    expect(composeReportMail(input({ findings })).subject).toContain(said);
  });

  it('says what else the days hold', () => {
    const others = { rows: 41_200, count: 3, uploads: [{ name: 'north\n.csv', rows: 41_000 }] };
    expect(composeReportMail(input({ others })).message).toContain(
      '\n\nThese days also hold 41,200 rows of 3 other uploads: north .csv (41,000), 2 more. The reports are about all of them.\n\n',
    );
    expect(composeReportMail(input({ others: { rows: 0, count: 0, uploads: [] } })).message).not.toContain('also hold');
  });

  it('says what is odd about rows that landed', () => {
    const totals = makeTotals({
      rows: 100,
      valid: 100,
      setAside: { 'speed range': 2, 'satellites range': 5 },
      rowsWithSetAside: 6,
    });
    const setAsideValues = 'https://links.example/aside';
    expect(composeReportMail(input({ totals, setAsideValues })).message).toContain(`

7 impossible values in 6 rows were set aside, most often satellites: out of range; the rows are kept.
  https://links.example/aside

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
        fc.nat(),
        (key, rows, rejected, others, places) => {
          const reports = Array.from({ length: others }, (_, n) => failed(`r${n}`));
          const totals = makeTotals({ rows, valid: rows, rejected });
          const { subject } = composeReportMail(
            input({ key, totals, reports, findings: [{ kind: 'worse', text: '', places }] }),
          );
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

  describe('of several files', () => {
    const totals = makeTotals({ rows: 300_000, valid: 299_000, rejected: 1_000, reasons: { 'signal range': 1_000 } });
    const files = Array.from({ length: 300 }, (_, n) => {
      const rejected = n === 41 ? 700 : n === 7 ? 300 : 0;
      const upload = makeUpload({ id: n.toString(16).padStart(16, '0'), key: `north/phone-${n + 1}.csv` });
      const own = makeTotals({ rows: 1_000, valid: 1_000 - rejected, rejected });
      return { upload, totals: own, links: { rejectedRows: `https://links.example/${n}` } };
    });
    const told = (changes: Given = {}) => composeReportMail(input({ files, totals, round: 12, ...changes }));

    it('counts them in its subject', () => {
      expect(told().subject).toBe('Cellflow: 300 files reported, 299,000 of 300,000 rows, 1,000 rejected');
      const findings: Finding[] = [{ kind: 'worse', text: 'Worse.', places: 3 }];
      expect(told({ findings }).subject).toMatch(/^Cellflow: 3 places worse, 300 files reported, 299,000 of/);
    });

    it('names each with its rows, those with rejected rows first', () => {
      const { message } = told();
      expect(message).toContain('2 reports on 300 files, measurements of');
      expect(message).toContain('300,000 rows in the files, 299,000 accepted (99.7 %), 1,000 rejected.');
      expect(message).toContain(`

Each file with its rows:
- north/phone-42.csv: 1,000 rows, 700 rejected
- north/phone-8.csv: 1,000 rows, 300 rejected
- north/phone-1.csv: 1,000 rows
- north/phone-2.csv: 1,000 rows
- north/phone-3.csv: 1,000 rows
`);
      for (const { upload } of files) expect(message).toContain(`- ${upload.key}: 1,000 rows`);
      expect(message).toContain('1,000 signal: out of range\n  All of them, a list a file, are linked on the page.');
      expect(message).not.toContain('https://links.example/41');
      expect(message).toMatch(/\nRound 12, 300 uploads\n$/);
    });

    it('counts those for which there is no room, whatever they are called', () => {
      const hostile = `\u202egnp.\r\n\r\nhttps://evil.example/${'é'.repeat(400)}.csv`;
      const many = files.map((file) => ({ ...file, upload: { ...file.upload, key: hostile } }));
      const reports = Array.from({ length: 500 }, (_, n) => [
        done(`report-${n}`, 'é'.repeat(5_000)),
        failed(`failed-${n}`, 'x'.repeat(5_000)),
      ]).flat();
      const { message } = told({ files: [...many, ...many], reports });
      expect(Buffer.byteLength(message)).toBeLessThan(100_000);
      expect(message).toMatch(/\n- gnp\. https:\/\/evil\.example\/é{270,}\.\.\.: 1,000 rows, 700 rejected\n/);
      expect(message).toMatch(/: 1,000 rows\nand 5\d\d more, on the page\n/);
      expect(message).not.toContain('\u202e');
    });
  });

  it('puts each title on a line of its own, whatever is in it', () => {
    const { message } = composeReportMail(input({ reports: [done('a', 'One\r\n\r\nhttps://evil.example/')] }));
    expect(message).toContain('One https://evil.example/ (a, 12 rows)');
  });
});
