import { formatNumber, plural } from '../page/numbers';
import type { Change, Changes } from './changes';
import type { Finding } from './finding';
import { at, listed, network, short } from './words';

const report = 'signal-changes';
/** Places, and operators, that a sentence names. */
const mostNamed = 3;

const unitOf = ({ scale }: Change): string => (scale === 'ASU' ? 'ASU' : 'dB');

const detail = (change: Change): string =>
  `by ${short(Math.abs(change.change))} ${unitOf(change)} (median ${formatNumber(change.medianBefore)} to ${formatNumber(change.medianAfter)} ${change.scale}, ${plural(change.countAfter, 'row')})`;

const inPlace = (change: Change & { place: string }): string =>
  `${network(change.operator, change.technology)} ${at(change.place)} ${detail(change)}`;

const isOfPlace = (change: Change): change is Change & { place: string } => change.place !== undefined;

/** An operator that has been compared in one place alone is told of as that place. */
const isTold = (operator: Change, places: readonly Change[]): boolean =>
  places.some(
    (one) =>
      one.operator === operator.operator &&
      one.technology === operator.technology &&
      one.countAfter === operator.countAfter &&
      one.countBefore === operator.countBefore,
  );

const ofPlaces = (changes: readonly Change[], kind: 'worse' | 'better'): Finding | undefined => {
  const found = changes.filter(isOfPlace);
  const places = new Set(found.map(({ place }) => place)).size;
  if (places === 0) return undefined;
  const told = listed(found.slice(0, mostNamed).map(inPlace));
  const weaker = kind === 'worse' ? 'weaker' : 'stronger';
  const most = found.length > mostNamed ? ', most of all' : ':';
  return {
    kind,
    report,
    places,
    text: `The signal is ${weaker} than in the days before in ${plural(places, 'place')}${most} ${told}.`,
  };
};

const ofOperators = (changes: readonly Change[]): Finding | undefined => {
  const places = changes.filter(isOfPlace);
  const found = changes.filter((change) => !isOfPlace(change) && !isTold(change, places));
  if (found.length === 0) return undefined;
  const told = found
    .slice(0, mostNamed)
    .map((change) => `${network(change.operator, change.technology)} ${detail(change)}`);
  const more = found.length > mostNamed ? `, and ${formatNumber(found.length - mostNamed)} more` : '';
  return {
    kind: 'worse',
    report,
    text: `Over all places that both periods have, the signal is weaker than in the days before: ${listed(told)}${more}.`,
  };
};

const ofUntested = ({ tested, untested, hasBefore }: Changes): Finding | undefined => {
  if (untested === 0 || !hasBefore) return undefined;
  const all = tested + untested;
  return {
    kind: 'sparse',
    report,
    text: `Measured too little to tell whether it changed: ${formatNumber(untested)} of ${plural(all, 'combination')} of operator, technology and place, with fewer than 20 rows or 8 hours in these days or in those before.`,
  };
};

/** What got weaker, by operator and by place; what got stronger; what cannot be told. */
const findChanges = (changes: Changes) => ({
  worse: [ofOperators(changes.worse), ofPlaces(changes.worse, 'worse')],
  better: [ofPlaces(changes.better, 'better')],
  sparse: [ofUntested(changes)],
});

export { findChanges };
