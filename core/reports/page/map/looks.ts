import type { Look } from '../../map/choosing';

/** What each look of a tile means, by the kinds that a reader has to keep apart. */
const kinds: readonly { kind: string; looks: readonly { look: Look; text: string }[] }[] = [
  {
    kind: 'With service',
    looks: [
      { look: 'very-good', text: 'Very good' },
      { look: 'good', text: 'Good' },
      { look: 'weak', text: 'Weak' },
      { look: 'none', text: 'Signal below any class' },
      { look: 'in-service', text: 'Signal unknown' },
    ],
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

const looks = kinds.flatMap((kind) => kind.looks);

export { kinds, looks };
