import { withdrawUpload } from '../../core/lake/withdrawal';
import { environment } from '../../core/platform/environment';
import { readSettings } from '../../core/platform/settings';
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
  const notice = { delay: readSettings().visibilityNoticeMs };
  const withdrawn = await withdrawUpload(environment('LAKE_BUCKET'), upload, notice);
  if (options.json) console.log(JSON.stringify({ upload, ...withdrawn }));
  else
    console.log(
      `Withdrawn: no query that begins now sees the ${count(withdrawn.rows)} rows. Their ${plural(withdrawn.objects, 'object')} will be deleted within some hours, when no query can read them any more.`,
    );
};

export { withdraw };
