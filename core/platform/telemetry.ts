import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

const logger = new Logger({ serviceName: 'cellflow' });
const metrics = new Metrics({ namespace: 'Cellflow', serviceName: 'cellflow' });

export { logger, metrics };
