import { type AsuScale, asuLooks, type Look } from '../../map/choosing';

/** What a look means; that of a step of ASU is told by its map's scale. */
interface LookLine {
  look: Look;
  text: string;
}

/** Looks that belong together. */
interface LookGroup {
  kind: string;
  /** Of which colours the map has to be for the group to be told; of either where it is missing. */
  colours?: 'classes' | 'asu';
  looks: readonly LookLine[];
}

const signalUnknown: LookLine = { look: 'in-service', text: 'Signal unknown' };

/** What each look of a tile means, by the kinds that a reader has to keep apart. */
const groups: readonly LookGroup[] = [
  {
    kind: 'With service',
    colours: 'classes',
    looks: [
      { look: 'very-good', text: 'Very good' },
      { look: 'good', text: 'Good' },
      { look: 'weak', text: 'Weak' },
      { look: 'none', text: 'Signal below any class' },
      signalUnknown,
    ],
  },
  {
    kind: 'With service, average ASU',
    colours: 'asu',
    looks: [...asuLooks.map((look) => ({ look, text: '' })), signalUnknown],
  },
  {
    kind: 'Without service',
    looks: [
      { look: 'no-service', text: 'No service' },
      { look: 'emergency-only', text: 'Emergency calls only' },
    ],
  },
  {
    kind: 'Not known',
    looks: [
      { look: 'too-few', text: 'Too few rows' },
      { look: 'not-measured', text: 'Not measured' },
    ],
  },
];

const looks: readonly Look[] = [...new Set(groups.flatMap((group) => group.looks.map(({ look }) => look)))];

/** What a map's caption says where colours are not of classes. */
const unitText = ', in ASU';

const coloursOf = (scale: AsuScale | undefined): 'classes' | 'asu' => (scale === undefined ? 'classes' : 'asu');

/** Whether a group is one of a map with such colours. */
const isOf = ({ colours }: LookGroup, scale: AsuScale | undefined): boolean =>
  colours === undefined || colours === coloursOf(scale);

/** What a look means on a map. */
const textOf = ({ look, text }: LookLine, scale: AsuScale | undefined): string => {
  const step = (asuLooks as readonly Look[]).indexOf(look);
  if (step < 0 || scale === undefined) return text;
  const [from, to] = [scale[step - 1], scale[step]];
  if (from === undefined) return `Below ${to} ASU`;
  return to === undefined ? `From ${from} ASU` : `${from} to ${to}`;
};

export { coloursOf, groups, isOf, looks, textOf, unitText };
