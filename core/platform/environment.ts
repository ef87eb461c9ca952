type Variable =
  | 'LAKE_BUCKET'
  | 'REPORTS_BUCKET'
  | 'STREAM_NAME'
  | 'JOB_NAME'
  | 'DATABASE_NAME'
  | 'FILES_DATABASE_NAME'
  | 'WORKGROUP_NAME'
  | 'DEPLOYED_REPORTS'
  | 'LINK_SECRET_ARN'
  | 'LINK_BASE_URL'
  | 'FAILURES_TOPIC_ARN'
  | 'REPORTS_TOPIC_ARN';

/** A variable that the deployment sets; its absence is a fault of the deployment. */
const environment = (name: Variable): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The variable ${name} is not set on this function: deploy the stack again.`);
  return value;
};

export { environment };
