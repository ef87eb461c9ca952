import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle, type Patch, root } from './build';
import type { Line, Report, Sum } from './report';

interface Played extends Sum {
  /** The first run that broke an invariant. */
  broken?: Report;
}

interface Runs {
  /** Seed of the first. */
  first: number;
  runs: number;
  processes: number;
  /** Seconds after which the processes are ended. */
  limit: number;
}

const isReport = (line: Line): line is Report => 'seed' in line;

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Bundles a simulation and the code under test, with patches or as it is; tells where the bundle lies. */
const prepare = async (simulation: string, name: string, patches: readonly Patch[] = []): Promise<string> => {
  mkdirSync(join(root, '.local'), { recursive: true });
  // Beside another run; within the repository, where the packages are found.
  const folder = mkdtempSync(join(root, '.local', 'simulation-'));
  folders.push(folder);
  const file = join(folder, `${name}.mjs`);
  await bundle(simulation, file, patches);
  return file;
};

/** Starts a worker, hands on what it says, and waits for its end. */
const work = (
  file: string,
  options: readonly number[],
  limit: number,
  hear: (line: Line) => void,
): [ChildProcess, Promise<void>] => {
  const child = spawn(process.execPath, ['--no-warnings', '--enable-source-maps', file, ...options.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let problem = '';
  let late = false;
  child.stderr?.on('data', (text) => {
    problem += text;
  });
  const timer = setTimeout(() => {
    late = true;
    problem += `it did not end within ${limit} s`;
    child.kill();
  }, limit * 1_000);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on('line', (line) => hear(JSON.parse(line) as Line));
  const read = new Promise<void>((resolve) => lines.once('close', resolve));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      // Others are ended once one has found something.
      if (code === 0 || (child.killed && !late)) resolve(read);
      else reject(new Error(`A worker of the simulation ended with ${code ?? signal}: ${problem.slice(-4_000)}`));
    });
  });
  return [child, ended];
};

/** Plays runs in several processes, until one of them breaks an invariant. */
const play = async (file: string, { first, runs, processes, limit }: Runs): Promise<Played> => {
  const sum: Played = { runs: 0, calls: 0 };
  const workers: [ChildProcess, Promise<void>][] = [];
  const hear = (line: Line): void => {
    if (!isReport(line)) {
      sum.runs += line.runs;
      sum.calls += line.calls;
      return;
    }
    // Of two, the one that comes first by its number, so that it is the same each time.
    if (sum.broken === undefined || line.seed < sum.broken.seed) sum.broken = line;
    for (const [worker] of workers) worker.kill();
  };
  for (let number = 0; number < processes; number += 1) {
    workers.push(work(file, [first + number, first + runs - 1, processes], limit, hear));
  }
  await Promise.all(workers.map(([, ended]) => ended));
  return sum;
};

/** Plays one run again with its schedule, made simpler where it breaks an invariant. */
const explain = async (file: string, seed: number, limit: number): Promise<Report> => {
  let report: Report | undefined;
  const [, ended] = work(file, [seed], limit, (line) => {
    if (isReport(line)) report = line;
  });
  await ended;
  if (report === undefined) throw new Error(`Seed ${seed} was not played.`);
  return report;
};

export type { Played };
export { explain, play, prepare };
