import { follow, introduce } from '../following';
import { paint, plural, printable } from '../format';
import { pageLink } from '../reports';
import type { Target } from '../target';
import { awaitExecution, uploadFile } from '../uploading';

interface UploadCommandOptions {
  key?: string;
  format?: string;
  detach?: boolean;
  json?: boolean;
}

/** `cellflow upload FILE` */
const upload = async (target: Target, file: string, options: UploadCommandOptions): Promise<void> => {
  const bar = process.stdout.isTTY && !options.json;
  const uploaded = await uploadFile(target, {
    file,
    key: options.key,
    format: options.format,
    onProgress: (sent, total) => {
      if (bar) process.stdout.write(`\r\u001b[2KUploading ${printable(file)}: ${Math.round((sent / total) * 100)} %`);
    },
  });
  if (bar) process.stdout.write('\r\u001b[2K');
  const execution = await awaitExecution(target, uploaded);
  if (!options.json) {
    console.log(`Uploaded ${printable(file)} as ${paint('bold', printable(uploaded.key))}, upload ${uploaded.upload}`);
    introduce(target, execution);
  }
  if (options.detach) {
    if (options.json) console.log(JSON.stringify({ ...uploaded, execution, status: 'RUNNING' }));
    else console.log('Follow it with `cellflow watch`.');
    return;
  }
  const { page, reports, reported } = await follow(target, execution, options);
  if (page && !reported && !options.json) {
    console.log(`  ${plural(reports?.length ?? 0, 'report')}: ${await pageLink(uploaded.upload)}`);
  }
};

export { upload };
