import { prepareProcess } from './protocol';
import { scenario } from './scenario';
import { simulate } from './simulate';
import { work } from './working';

prepareProcess();
await work({ scenario, simulate });
