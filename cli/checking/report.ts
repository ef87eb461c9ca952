import { describeDialect } from '../../core/rows/dialect';
import { isReadName, readEndings } from '../../core/uploads/file-kinds';
import { count, paint, plural, printable } from '../format';
import type { FileCheck } from './check-file';

/** What `--json` prints. */
const toJson = (check: FileCheck) => {
  const { description, sums } = check;
  const days = sums && {
    first: sums.firstDay,
    last: sums.lastDay,
    count: Object.keys(sums.days).length,
    stray: sums.strayDays,
  };
  return {
    format: description?.format.name,
    dialect: description && {
      delimiter: description.dialect.delimiter,
      encoding: check.encoding,
      decimal: description.dialect.decimal,
      dateOrder: description.dialect.dateOrder,
      packed: check.packed,
    },
    timeZone: check.timeZone,
    rows: sums && { total: sums.rows, valid: sums.valid, rejected: sums.rejected },
    columns:
      sums &&
      Object.fromEntries(
        Object.entries(sums.columns).map(([name, [present, unknown, setAside]]) => [
          name,
          { present, unknown, setAside },
        ]),
      ),
    reasons: sums?.reasons,
    setAside: sums?.setAside,
    days,
    headers: sums?.headers,
    leftOut: sums?.leftOut,
    verdict: check.verdict,
    error: check.error,
    show: check.show,
  };
};

const tellFile = ({ description, encoding, packed, timeZone, file }: FileCheck): void => {
  console.log(paint('bold', printable(file)));
  if (description === undefined) return;
  const { format, dialect } = description;
  const how = [packed && 'packed with gzip', encoding.toUpperCase(), describeDialect(dialect)];
  const time =
    format.time.means === 'moments'
      ? `its moments are turned into days and hours of ${timeZone}`
      : `its times are wall clock of ${timeZone}`;
  console.log(`  format    ${format.name}: ${format.title}`);
  console.log(`  written   ${how.filter(Boolean).join(', ')}`);
  console.log(`  time      ${time}`);
};

const tellColumns = ({ sums, description }: FileCheck): void => {
  if (sums === undefined || description === undefined || sums.valid === 0) return;
  const shown = Object.entries(sums.columns).filter(([, [present, , setAside]]) => present + setAside > 0);
  const width = Math.max(...shown.map(([name]) => name.length));
  console.log(
    `\n  ${'column'.padEnd(width)}  ${'present'.padStart(12)}${'unknown'.padStart(12)}${'set aside'.padStart(12)}`,
  );
  for (const [name, counts] of shown) {
    console.log(`  ${name.padEnd(width)}  ${counts.map((one) => count(one).padStart(12)).join('')}`);
  }
  const absent = Object.keys(sums.columns).filter((name) => !shown.some(([one]) => one === name));
  if (absent.length > 0) console.log(`  unknown in every row: ${absent.join(', ')}`);
};

const tellRows = ({ sums }: FileCheck): void => {
  if (sums === undefined) return;
  const { rows, valid, rejected, days, firstDay, lastDay, strayDays, headers, leftOut } = sums;
  console.log(`  rows      ${count(rows)}: ${count(valid)} valid, ${count(rejected)} rejected`);
  if (valid > 0) {
    const dayCount = Object.keys(days).length;
    console.log(`  days      ${plural(dayCount, 'day')}, ${firstDay}${lastDay === firstDay ? '' : ` to ${lastDay}`}`);
  }
  if (strayDays.length > 0) console.log(`  stray     ${strayDays.slice(0, 10).join(', ')}: far from all others`);
  if (leftOut > 0) console.log(`  left out  ${plural(leftOut, 'row')} that the format leaves out`);
  if (headers > 0) console.log(`  headers   came again ${plural(headers, 'time')}, and were passed over`);
};

const tellList = (title: string, reasons: Readonly<Record<string, number>>, first: readonly string[]): void => {
  const entries = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  if (entries.length === 0) return;
  console.log(`\n  ${paint('bold', title)}`);
  for (const [reason, times] of entries.slice(0, 10))
    console.log(`    ${count(times).padStart(9)}  ${printable(reason)}`);
  console.log('    the first, as line,column,rule,reason,value:');
  for (const line of first) console.log(`      ${printable(line)}`);
};

/** Tells a person what a check found. */
const tellCheck = (check: FileCheck): void => {
  tellFile(check);
  tellRows(check);
  tellColumns(check);
  tellList('Rejected rows', check.sums?.reasons ?? {}, check.firstRejected);
  tellList('Values set aside (the row is kept)', check.sums?.setAside ?? {}, check.firstSetAside);
  if (check.show.length > 0) console.log(`\n  ${paint('bold', 'The first rows as Cellflow understands them')}`);
  for (const row of check.show) {
    const known = Object.entries(row).filter(([, value]) => value !== null);
    console.log(`    ${known.map(([name, value]) => `${name}=${printable(String(value))}`).join('  ')}`);
  }
  if (check.error === undefined) {
    const named = isReadName(check.file)
      ? ''
      : ` Its name starts nothing: give one that ends in ${readEndings.join(', ')} with --key.`;
    console.log(`\n${paint('green', 'An upload of it would be accepted.')}${named}`);
  } else {
    console.log(
      `\n${paint('red', 'An upload of it would be refused')} (${check.error.name})\n  ${printable(check.error.message).replaceAll('\n', '\n  ')}`,
    );
  }
};

export { tellCheck, toJson };
