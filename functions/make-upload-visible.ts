import * as z from 'zod';
import { makeVisible } from '../core/lake/visibility';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { uploadSchema } from '../core/uploads/upload';

const makeUploadVisibleEvent = z.strictObject({ upload: uploadSchema });

type MakeUploadVisibleEvent = z.infer<typeof makeUploadVisibleEvent>;

/** What the state machine keeps of it (`$.visible`). */
interface VisibleUpload {
  /** Queries that begin then or later see the upload, and no older version of its key. */
  from: string;
  /** Uploads that it replaced. */
  replaced: string[];
}

/** Makes the upload visible, and what it replaces invisible, at one moment, and waits for that. */
const makeUploadVisible = async ({ upload }: MakeUploadVisibleEvent): Promise<VisibleUpload> => {
  const notice = { delay: readSettings().visibilityNoticeMs };
  const { from, replaced } = await makeVisible(environment('LAKE_BUCKET'), upload, notice);
  return { from: new Date(from).toISOString(), replaced };
};

const handler = lambda(makeUploadVisible, { event: makeUploadVisibleEvent });

export { handler, makeUploadVisible, makeUploadVisibleEvent };
