/** The physical names that `docs/contracts.md` promises to the functions, the job and the command line. */
const names = {
  stack: 'Cellflow',
  stateMachine: 'cellflow-upload',
  stream: 'cellflow-measurements',
  job: 'cellflow-landing',
  crawler: 'cellflow-lake',
  /** Of the views, which everybody queries. */
  database: 'cellflow',
  /** Of the tables behind them, as the crawler finds them. */
  filesDatabase: 'cellflow_files',
  workgroup: 'cellflow',
  topic: (subject: 'reports' | 'failures' | 'alarms') => `cellflow-${subject}`,
  function: (file: string) => `cellflow-${file}`,
  /** Bucket names are unique in the whole of AWS, so they hold account and region. */
  bucket: (subject: BucketSubject, { account, region }: { account: string; region: string }) =>
    `cellflow-${subject}-${account}-${region}`,
} as const;

/** What the buckets are for. */
const bucketSubjects = ['uploads', 'lake', 'reports', 'access-logs'] as const;

type BucketSubject = (typeof bucketSubjects)[number];

export type { BucketSubject };
export { bucketSubjects, names };
