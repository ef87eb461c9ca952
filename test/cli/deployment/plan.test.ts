import { type Ask, agreeOnRemoval, planDeployment, refuseWhileBusy } from '../../../cli/deployment/plan';

const left = ['cellflow-uploads-1-r', 'cellflow-lake-1-r'];

describe('a deployment', () => {
  test('makes everything where there is nothing', () => {
    expect(planDeployment({ buckets: [] })).toEqual({ action: 'create', adopt: [] });
  });

  test.each([undefined, 'ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS', 'DELETE_COMPLETE'])(
    'takes up the buckets that are there without a stack (%s)',
    (status) => {
      expect(planDeployment({ status, buckets: left })).toEqual({ action: 'create', adopt: left });
    },
  );

  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'])(
    'updates a stack that is there (%s), whose buckets are its own',
    (status) => {
      expect(planDeployment({ status, buckets: left })).toEqual({ action: 'update', adopt: [] });
    },
  );

  test('waits for another one, and says so', () => {
    const busy = () => planDeployment({ status: 'UPDATE_IN_PROGRESS', buckets: left });
    expect(busy).toThrow('The stack is being changed (UPDATE_IN_PROGRESS): wait until that has ended, and try again.');
    expect(() => refuseWhileBusy('UPDATE_COMPLETE')).not.toThrow();
  });

  test('is refused on what is half deleted', () => {
    expect(() => planDeployment({ status: 'DELETE_FAILED', buckets: left })).toThrow('call `make destroy` again first');
  });
});

describe('taking it away', () => {
  /** A person who answers so, one question after the other. */
  const person = (...answers: string[]): { ask: Ask; questions: string[] } => {
    const questions: string[] = [];
    return {
      questions,
      ask: async (question) => {
        questions.push(question);
        return answers[questions.length - 1] ?? '';
      },
    };
  };

  test.each([
    [['keep'], 'stack'],
    [['delete', 'Cellflow'], 'data'],
    [['delete', 'cellflow'], undefined],
    [['delete', ''], undefined],
    [['y'], undefined],
    [[''], undefined],
  ])('to the answers %j: %s', async (answers, removal) => {
    const { ask, questions } = person(...answers);
    expect(await agreeOnRemoval(ask, {}, 'Cellflow')).toBe(removal);
    expect(questions).toHaveLength(answers.length);
  });

  test('asked for the data, a person still types the name', async () => {
    expect(await agreeOnRemoval(person('Cellflow').ask, { deleteData: true }, 'Cellflow')).toBe('data');
    expect(await agreeOnRemoval(person('yes').ask, { deleteData: true }, 'Cellflow')).toBeUndefined();
  });

  test('without questions the data is kept, unless it is said', async () => {
    const { ask, questions } = person();
    expect(await agreeOnRemoval(ask, { yes: true }, 'Cellflow')).toBe('stack');
    expect(await agreeOnRemoval(ask, { yes: true, deleteData: true }, 'Cellflow')).toBe('data');
    expect(questions).toEqual([]);
  });
});
