import { work } from '../core/working';
import { prepareProcess } from './protocol';
import { scenario } from './scenario';
import { simulate } from './simulate';

prepareProcess();
await work({ scenario, simulate });
