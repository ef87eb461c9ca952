import { Aws } from 'aws-cdk-lib';

/** The physical names that `docs/contracts.md` promises to the functions, the job and the command line. */
const names = {
  stack: 'Cellflow',
  stateMachine: 'cellflow-upload',
  stream: 'cellflow-measurements',
  job: 'cellflow-landing',
  crawler: 'cellflow-lake',
  database: 'cellflow',
  workgroup: 'cellflow',
  topic: (subject: 'reports' | 'failures' | 'alarms') => `cellflow-${subject}`,
  function: (file: string) => `cellflow-${file}`,
  /** Bucket names are unique in the whole of AWS, so they hold account and region. */
  bucket: (subject: string) => `cellflow-${subject}-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
} as const;

export { names };
