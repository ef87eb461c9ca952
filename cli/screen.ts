import { bar, count, paint, plural, printable, seconds } from './format';
import type { Stage } from './stage-clock';
import { mailOf, type View } from './watching';

const marks = {
  pending: paint('gray', '·'),
  running: paint('cyan', '▸'),
  succeeded: paint('green', '✔'),
  failed: paint('red', '✘'),
  stopped: paint('gray', '✘'),
} as const;

const mapDetail = (view: View, label: RegExp, noun: string): string | undefined => {
  const map = view.maps.find((m) => label.test(m.label));
  if (map === undefined) return undefined;
  return map.done < map.total
    ? `${bar(map.done, map.total)} ${count(map.done)} of ${plural(map.total, noun)}`
    : plural(map.total, noun);
};

/** What a stage has to tell beside its name. */
const detail = (stage: Stage, view: View): string | undefined => {
  const { upload, totals, round, partitions, reports } = view.state;
  const mail = mailOf(view.state);
  switch (stage.name) {
    case 'Plan upload':
      return upload && `${plural(upload.size ?? 0, 'byte')} in ${plural(upload.chunks ?? 0, 'chunk')}`;
    case 'Validate chunks':
      return mapDetail(view, /validate/i, 'chunk');
    case 'Judge upload':
      return (
        totals && `${plural(totals.rows, 'row')}: ${count(totals.valid)} valid, ${count(totals.rejected)} rejected`
      );
    case 'Stream upload': {
      const chunks = mapDetail(view, /publish/i, 'chunk');
      return chunks && (totals ? `${chunks}, ${plural(totals.records, 'record')}` : chunks);
    }
    case 'Await landing': {
      if (totals === undefined || view.landedRows === undefined) return undefined;
      return stage.status === 'running'
        ? `${bar(view.landedRows, totals.valid)} ${count(view.landedRows)} of ${plural(totals.valid, 'row')}`
        : plural(view.landedRows, 'row');
    }
    case 'Seal upload':
      return totals && stage.status === 'succeeded' ? plural(totals.days.length, 'day') : undefined;
    case 'Catalogue new partitions':
      if (partitions === undefined || stage.status !== 'succeeded') return undefined;
      return partitions.crawls > 0 ? 'crawler ran for new partitions' : 'no new partition, no crawl';
    case 'Join reporting':
      if (round?.role === 'lead') return `leads round ${round.number ?? ''} of ${plural(round.uploads ?? 1, 'file')}`;
      if (round?.role === 'wait') return 'waits for the round before';
      return round?.by && `reported with others, by ${round.by.split(':').at(-1)}`;
    case 'List saved reports':
      return reports && stage.status === 'succeeded' ? plural(reports.length, 'report') : undefined;
    case 'Run reports': {
      const failed = reports?.filter((r) => r.status === 'failed').length ?? 0;
      if (reports === undefined || stage.status !== 'succeeded') return undefined;
      return `${plural(reports.length - failed, 'report')} done${failed > 0 ? `, ${failed} failed` : ''}`;
    }
    case 'Build report page':
      return mail?.send === false && stage.status === 'succeeded' ? 'nothing stands out, so no mail' : undefined;
    case 'E-mail report links':
      return mail && stage.status === 'succeeded' ? mail.subject : undefined;
    default:
      return undefined;
  }
};

/** The stages as lines of a terminal. */
const drawStages = (view: View): string[] =>
  view.stages.map((stage) => {
    const told = stage.status === 'pending' ? undefined : detail(stage, view);
    const time = stage.status === 'pending' ? '' : seconds(stage.seconds);
    const name = stage.status === 'pending' ? paint('gray', stage.name.padEnd(26)) : stage.name.padEnd(26);
    return `  ${marks[stage.status]} ${name} ${time.padStart(9)}  ${printable(told ?? '')}`.trimEnd();
  });

/**
 * Shows lines that change in place on a terminal; elsewhere (a log, a pipe) tells each line once it is settled.
 */
class LiveLines {
  #drawn = 0;
  #told = new Set<number>();

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(view: View): void {
    const lines = drawStages(view);
    if (this.out.isTTY) {
      const width = this.out.columns ?? 120;
      const up = this.#drawn > 0 ? `\u001b[${this.#drawn}A` : '';
      this.out.write(`${up}${lines.map((line) => `\u001b[2K${cut(line, width)}\n`).join('')}`);
      this.#drawn = lines.length;
      return;
    }
    view.stages.forEach((stage, i) => {
      const settled = stage.status !== 'pending' && stage.status !== 'running';
      if (!settled || this.#told.has(i)) return;
      this.#told.add(i);
      this.out.write(`${lines[i]}\n`);
    });
  }
}

/** Cuts a line to the terminal's width, not counting its colour codes; a wrapped line would break the redraw. */
const cut = (line: string, width: number): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are control characters
  const parts = line.split(/(\u001b\[[0-9;]*m)/);
  let left = width - 1;
  return parts
    .map((part) => {
      if (part.startsWith('\u001b')) return part;
      const kept = part.slice(0, Math.max(0, left));
      left -= kept.length;
      return kept;
    })
    .join('');
};

export { drawStages, LiveLines };
