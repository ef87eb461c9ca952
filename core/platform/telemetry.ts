import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';

const logger = new Logger({ serviceName: 'cellflow' });
const metrics = new Metrics({ namespace: 'Cellflow', serviceName: 'cellflow' });
const tracer = new Tracer({ serviceName: 'cellflow' });

export { logger, metrics, tracer };
