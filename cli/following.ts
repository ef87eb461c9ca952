import { reportKeys } from '../core/platform/keys';
import { paint } from './format';
import { type Summary, summarize, tellOutcome } from './outcome';
import { pageLink, readReports } from './reports';
import { awaitRound, nameOfExecution, reporterIn } from './rounds';
import { LiveLines } from './screen';
import type { Target } from './target';
import { watchExecution } from './watching';

interface FollowOptions {
  /** Show nothing while it runs, and print the end as one JSON object. */
  json?: boolean;
}

/** Says which execution is looked at, and where a person finds it. */
const introduce = (target: Target, execution: string): void => {
  console.log(`Execution ${paint('bold', execution.split(':').at(-1) ?? execution)}`);
  console.log(paint('gray', `  ${target.consoleLink(execution)}`));
};

/** Of an upload that another execution reports: waits for that, and says where its reports are. */
const followRound = async (target: Target, summary: Summary, json?: boolean): Promise<Summary> => {
  const reporter = reporterIn(summary.outcome);
  if (reporter === undefined || summary.upload === undefined) return summary;
  let { reported } = summary;
  if (reported === undefined) {
    if (!json) console.log(`  ${nameOfExecution(reporter)} reports it, together with other files: waiting for that.`);
    const awaited = await awaitRound(target, summary.upload, reporter);
    if (awaited.reported === undefined) return { ...summary, unreported: awaited.reason };
    const { by, round, upload } = awaited.reported;
    reported = { by, round, upload };
  }
  const reports = (await readReports(reported.upload)).map(({ name, status, rows }) => ({ name, status, rows }));
  return { ...summary, reported, page: reportKeys.page(reported.upload), reports };
};

/** Shows an execution's stages until it has ended, then its outcome; one that did not succeed sets the exit code. */
const follow = async (target: Target, execution: string, { json }: FollowOptions): Promise<Summary> => {
  const lines = new LiveLines(process.stdout);
  let summary: Summary | undefined;
  for await (const view of watchExecution(target, execution)) {
    if (!json) lines.show(view);
    if (view.execution.status !== 'RUNNING') summary = await summarize(view);
  }
  if (summary === undefined) throw new Error(`${execution} could not be read.`);
  summary = await followRound(target, summary, json);
  if (json) console.log(JSON.stringify(summary));
  else {
    tellOutcome(summary);
    if (summary.reported) console.log(`  Page: ${await pageLink(summary.reported.upload)}`);
  }
  if (summary.status !== 'SUCCEEDED' || summary.unreported) process.exitCode = 1;
  return summary;
};

export type { FollowOptions };
export { follow, introduce };
