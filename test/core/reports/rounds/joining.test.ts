import { decide, mailingTime, type View } from '../../../../core/reports/rounds/joining';
import type { Register } from '../../../../core/reports/rounds/register';

const me = { execution: 'arn:me', upload: 'mine' };
const other = { execution: 'arn:other', upload: 'theirs' };
const now = 1_000_000;

const makeRegister = (changes: Partial<Register> = {}): Register => ({
  writes: 4,
  round: 7,
  leader: other,
  phase: 'reporting',
  since: now - 5_000,
  uploads: ['theirs'],
  ...changes,
});

const step = (view: Partial<View> = {}) =>
  decide({ me, leader: 'nobody', successor: 'nobody', own: 'waits', now, ...view });
const successor = { ...me, since: now - 20_000 };

describe('an execution that joins the reporting', () => {
  it('leads the first round', () => {
    expect(step()).toMatchObject({ do: 'write', next: { round: 1, leader: me, phase: 'gathering', uploads: [] } });
  });

  it('leads the next round where the last is done, and hands on what was mailed', () => {
    const register = makeRegister({ phase: 'done', id: 'page' });
    expect(step({ register })).toMatchObject({
      do: 'write',
      next: { round: 8, leader: me, mailed: { round: 7, by: 'arn:other', id: 'page', uploads: ['theirs'] } },
    });
  });

  it('is the successor of a leader that is on its way, where none is', () => {
    const register = makeRegister();
    const { writes: _, ...same } = register;
    expect(step({ register, leader: 'alive' })).toEqual({
      do: 'write',
      next: { ...same, successor: { ...me, since: now } },
    });
  });

  it.each(['gathering', 'reporting', 'mailing', 'done'] as const)(
    'leaves its upload to a successor that waits, while the round is %s',
    (phase) => {
      const register = makeRegister({ phase, successor: { ...other, since: now } });
      expect(step({ register, successor: 'alive' })).toEqual({ do: 'join', by: 'arn:other' });
    },
  );

  it.each(['gathering', 'reporting'] as const)('takes over from a leader that ended while %s', (phase) => {
    expect(step({ register: makeRegister({ phase }) })).toMatchObject({ do: 'write', next: { round: 8, leader: me } });
  });

  it('waits until the mail of a leader that ended cannot be on its way any more', () => {
    const register = makeRegister({ phase: 'mailing', attempt: 'a' });
    expect(step({ register })).toMatchObject({ do: 'write', next: { round: 7, leader: other, successor: me } });
    const over = register.since + mailingTime.function + mailingTime.reserve;
    expect(step({ register, now: over })).toMatchObject({ do: 'write', next: { round: 8, leader: me } });
  });

  it('does not report what was mailed already', () => {
    const register = makeRegister({ phase: 'done', id: 'page', uploads: ['mine'] });
    expect(step({ register })).toMatchObject({ do: 'mark', mailed: { id: 'page' } });
    const next = makeRegister({
      phase: 'gathering',
      uploads: [],
      mailed: { round: 6, by: 'b', id: 'i', at: 1, uploads: ['mine'] },
    });
    expect(step({ register: next, leader: 'alive' })).toMatchObject({ do: 'mark', mailed: { round: 6 } });
  });

  it.each(['reported', 'superseded'] as const)('ends where its upload is %s and nobody counts on it', (own) => {
    expect(step({ own, register: makeRegister(), leader: 'alive' })).toEqual({ do: 'end' });
  });
});

describe('a successor', () => {
  it.each([
    [1_000, 1],
    [30_000, 6],
    [3_600_000, 60],
  ])('that has waited %i ms asks again after %i s', (waited, seconds) => {
    const register = makeRegister({ successor: { ...me, since: now - waited } });
    expect(step({ register, leader: 'alive', successor: 'me' })).toEqual({ do: 'wait', seconds });
  });

  it('waits on when its own upload is reported or withdrawn: others count on it', () => {
    const register = makeRegister({ successor });
    for (const own of ['reported', 'superseded'] as const) {
      expect(step({ own, register, leader: 'alive', successor: 'me' })).toMatchObject({ do: 'wait' });
    }
  });

  it('gathers what comes within moments, but not for long', () => {
    const view = { register: makeRegister({ phase: 'done', successor }), successor: 'me' as const };
    expect(step(view)).toEqual({ do: 'look' });
    expect(step({ ...view, latest: now - 500 })).toEqual({ do: 'wait', seconds: 1 });
    expect(step({ ...view, latest: now - 2_000 })).toMatchObject({ do: 'write', next: { round: 8, leader: me } });
    const late = {
      register: makeRegister({ phase: 'done', successor, since: now - 15_000 }),
      successor: 'me' as const,
    };
    expect(step({ ...late, latest: now })).toMatchObject({ do: 'write', next: { round: 8 } });
  });
});

describe('a leader', () => {
  it.each([
    ['gathering', 'gather'],
    ['reporting', 'lead'],
    ['mailing', 'lead'],
  ] as const)('that comes again while %s goes on: %s', (phase, what) => {
    expect(step({ register: makeRegister({ leader: me, phase }), leader: 'me' })).toEqual({ do: what });
  });

  it('whose round is done leads the next one for others that wait, unless somebody is there for them', () => {
    const register = makeRegister({ leader: me, phase: 'done' });
    const own = 'reported' as const;
    expect(step({ own, register, leader: 'me' })).toMatchObject({ do: 'write', next: { round: 8, leader: me } });
    expect(step({ own, register, leader: 'me', successor: 'alive' })).toEqual({ do: 'end' });
  });
});
