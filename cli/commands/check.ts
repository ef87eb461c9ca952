import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findFormat, readFormat } from '../../core/formats/formats';
import { settingsSchema } from '../../core/platform/settings';
import { findConfig } from '../../infra/config';
import { checkFile } from '../checking/check-file';
import { tellCheck, toJson } from '../checking/report';
import { UsageError } from '../errors';
import { bar } from '../format';
import { root } from '../target';

interface CheckFlags {
  /** Name of a shipped format, or the path of a format's file. */
  format?: string;
  show: number;
  json?: boolean;
  timeZone?: string;
}

const chooseFormat = (format: string | undefined) => {
  if (format === undefined) return undefined;
  return format.endsWith('.json') || existsSync(format) ? readFormat(format) : findFormat(format);
};

/** The settings of the deployment that the configuration describes, which an upload would be judged by. */
const chooseSettings = (timeZone: string | undefined) => {
  const { settings } = findConfig(undefined, root);
  const parsed = settingsSchema.safeParse({ ...settings, ...(timeZone && { timeZone }) });
  if (!parsed.success) throw new UsageError(`${timeZone} is no time zone of the IANA database.`);
  return parsed.data;
};

const progressMs = 200;

const progressBar = (json: boolean | undefined) => {
  if (json || !process.stderr.isTTY) return { onProgress: undefined, clear: () => undefined };
  let shownAt = 0;
  return {
    onProgress: (read: number, total: number) => {
      if (Date.now() - shownAt < progressMs) return;
      shownAt = Date.now();
      process.stderr.write(`\r  ${bar(read, total)} ${Math.round((100 * read) / Math.max(1, total))} % `);
    },
    clear: () => process.stderr.write('\r\u001b[K'),
  };
};

/** `cellflow check FILE`: what an upload of it would come to, with nothing running. */
const check = async (path: string, flags: CheckFlags): Promise<void> => {
  process.env.CELLFLOW_FORMATS ??= join(root, 'formats');
  const { onProgress, clear } = progressBar(flags.json);
  const checked = await checkFile(path, {
    settings: chooseSettings(flags.timeZone),
    format: chooseFormat(flags.format),
    show: flags.show,
    onProgress,
  });
  clear();
  if (flags.json) console.log(JSON.stringify(toJson(checked)));
  else tellCheck(checked);
  if (checked.verdict === 'refused') process.exitCode = 1;
};

export { check };
