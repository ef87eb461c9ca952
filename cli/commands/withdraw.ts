import { withdrawUpload } from '../../core/lake/withdrawal';
import { environment } from '../../core/platform/environment';
import { confirm } from '../confirm';
import { UsageError } from '../errors';
import { count, plural } from '../format';
import type { Target } from '../target';

interface WithdrawOptions {
  yes?: boolean;
  json?: boolean;
}

/** `cellflow withdraw UPLOAD`: takes an upload's rows out of the lake. */
const withdraw = async (_target: Target, upload: string, options: WithdrawOptions): Promise<void> => {
  if (!/^[0-9a-f]{16}$/.test(upload)) {
    throw new UsageError(`${upload} is not an upload id (16 hex digits): \`cellflow list\` shows the uploads.`);
  }
  const question = `Remove every row of upload ${upload} from the lake? Reports already mailed stay as they are.`;
  if (!options.yes && !(await confirm(question))) return;
  const removed = await withdrawUpload(environment('LAKE_BUCKET'), upload);
  if (options.json) console.log(JSON.stringify({ upload, ...removed }));
  else
    console.log(
      `Withdrawn: ${count(removed.rows)} rows in ${plural(removed.objects, 'object')} are gone from the lake.`,
    );
};

export { withdraw };
