import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { columns } from '../../contract';
import type { Format } from '../../core/formats/format-schema';
import { readFormat as readFormatFile } from '../../core/formats/formats';

const folder = join(__dirname, '../../formats');

/** Names of the files in `formats/`, without their ending. */
const formatFiles: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => basename(name, '.json'))
  .sort();

/** A format as its file says it, judged by the schema. */
const readFormat = (name: string): Format => readFormatFile(join(folder, `${name}.json`));

/** A name of a header as formats have it: `docs/formats.md` tells what is taken away. */
const normaliseName = (name: string): string =>
  name
    .replace(/\u200b|\u200c|\u200d|\u2060|\ufeff|"/g, '')
    .replaceAll('\u00a0', ' ')
    .trim()
    .replace(/\s*[([][^)\]]*[)\]]$/, '')
    .toLowerCase();

/** The formats that fit a header; one that another fits and asks for less than gives way to it. */
const recognised = (header: readonly string[]): string[] => {
  const names = new Set(header.map(normaliseName));
  const fitting = formatFiles.map(readFormat).filter(({ recognise }) => recognise.every((name) => names.has(name)));
  const gives = ({ recognise }: Format) =>
    fitting.some(
      (other) => other.recognise.length > recognise.length && recognise.every((name) => other.recognise.includes(name)),
    );
  return fitting.filter((format) => !gives(format)).map(({ name }) => name);
};

const timeInWords = ({ time }: Format): string => {
  const named = (from: string | string[]) => `\`${[from].flat()[0]}\``;
  const where = time.from === undefined ? [time.day, time.hour] : [time.from];
  const columnsOfTime = where.flatMap((from) => (from === undefined ? [] : [named(from)])).join(' and ');
  return `${columnsOfTime}: ${time.written}, ${time.means}`;
};

/** The table of the shipped formats in `docs/formats.md`. */
const shippedTable = (): string => {
  const rows = formatFiles.map(readFormat).map((format) => {
    const filled = columns.map(({ name }) => name).filter((name) => name in format.columns);
    return `| \`${format.name}\` | ${format.title} | ${timeInWords(format)} | ${filled.map((name) => `\`${name}\``).join(', ')} |`;
  });
  return ['| name | what it is | time | columns it fills |', '|---|---|---|---|', ...rows].join('\n');
};

export { formatFiles, normaliseName, readFormat, recognised, shippedTable };
