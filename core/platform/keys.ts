/** The names of Cellflow's objects in the lake and reports buckets; `docs/contracts.md` says what each holds. */
const lakeKeys = {
  upload: (upload: string) => `uploads/${upload}.json`,
  chunks: (upload: string) => `runs/${upload}/chunks.json`,
  summaries: (upload: string) => `runs/${upload}/summaries/`,
  summary: (upload: string, chunk: number) => `runs/${upload}/summaries/${chunk}.json`,
  rejected: (upload: string, chunk: number) => `runs/${upload}/rejected/${chunk}.csv`,
  plan: (upload: string) => `runs/${upload}/plan.json`,
  reports: (upload: string) => `runs/${upload}/reports/`,
  report: (upload: string, report: string) => `runs/${upload}/reports/${report}.json`,
  staged: (upload: string, chunk: number) => `staged/${upload}/${chunk}`,
  landings: (upload: string) => `landings/${upload}/`,
  sealed: (upload: string) => `sealed/${upload}.json`,
  table: (table: string, day: string, upload: string, part: number) => `${table}/day=${day}/${upload}-${part}.parquet`,
  heartbeat: 'job/heartbeat.json',
} as const;

const reportKeys = {
  page: (upload: string) => `${upload}/index.html`,
  csv: (upload: string, report: string) => `${upload}/${report}.csv`,
  rejectedRows: (upload: string) => `${upload}/rejected-rows.csv`,
} as const;

const tables = ['measurements', 'hourly_quality'] as const;

export { lakeKeys, reportKeys, tables };
