const domains: Record<string, string> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** Where a person looks at an execution: the Step Functions console, or the laptop edition's (variable `CONSOLE_URL`). */
const executionLink = (execution: string): string => {
  if (process.env.CONSOLE_URL) return process.env.CONSOLE_URL;
  const [, partition = 'aws', , region = ''] = execution.split(':');
  return `https://${region}.${domains[partition] ?? domains.aws}/states/home?region=${region}#/v2/executions/details/${execution}`;
};

export { executionLink };
