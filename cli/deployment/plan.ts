import { UsageError } from '../errors';

/** What an account holds of a stack. */
interface Found {
  /** The status of the stack. @default - there is none */
  readonly status?: string;
  /** The buckets of Cellflow that are there. */
  readonly buckets: readonly string[];
}

interface Plan {
  readonly action: 'create' | 'update';
  /** Buckets that an earlier deployment left, and that this one takes up. */
  readonly adopt: readonly string[];
}

/** Statuses of a stack that holds nothing: one that never came to be, of which `cdk deploy` takes away the rest. */
const hollow = ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE'];

const isThere = (status: string | undefined): status is string => status !== undefined && !hollow.includes(status);

const refuseWhileBusy = (status: string): void => {
  if (status.endsWith('_IN_PROGRESS')) {
    throw new UsageError(`The stack is being changed (${status}): wait until that has ended, and try again.`);
  }
};

/**
 * How to deploy onto what is there.
 *
 * @throws where it cannot be deployed as it is
 */
const planDeployment = ({ status, buckets }: Found): Plan => {
  if (!isThere(status)) return { action: 'create', adopt: buckets };
  refuseWhileBusy(status);
  if (status === 'DELETE_FAILED') {
    throw new UsageError('The stack was not deleted to its end (DELETE_FAILED): call `make destroy` again first.');
  }
  return { action: 'update', adopt: [] };
};

type Removal = 'stack' | 'data';

interface Agreement {
  /** Asks nothing. */
  readonly yes?: boolean;
  readonly deleteData?: boolean;
}

/** Puts a question and gives the answer, without blanks around it. */
type Ask = (question: string) => Promise<string>;

/**
 * What is to be taken away: the stack alone, or the data too. Nothing where the person does not agree.
 *
 * @param name Of the stack, which a person types to delete data.
 */
const agreeOnRemoval = async (ask: Ask, { yes, deleteData }: Agreement, name: string): Promise<Removal | undefined> => {
  if (yes) return deleteData ? 'data' : 'stack';
  const answer = deleteData
    ? 'delete'
    : await ask(
        'What of the data in the buckets? Type `keep` to keep it for a later `make deploy`, `delete` to delete it for ever; anything else leaves all as it is: ',
      );
  if (answer === 'keep') return 'stack';
  if (answer !== 'delete') return undefined;
  const typed = await ask(`Every upload, table and report will be gone. Type the stack's name, ${name}, to go on: `);
  return typed === name ? 'data' : undefined;
};

export type { Ask, Removal };
export { agreeOnRemoval, isThere, planDeployment, refuseWhileBusy };
