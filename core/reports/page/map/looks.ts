import type { Look } from '../../map/choosing';

/** What each look of a tile means, in the order of the legend. */
const looks: readonly { look: Look; text: string }[] = [
  { look: 'very-good', text: 'Very good' },
  { look: 'good', text: 'Good' },
  { look: 'weak', text: 'Weak' },
  { look: 'none', text: 'In service, but signal below any class' },
  { look: 'in-service', text: 'In service, signal unknown' },
  { look: 'emergency-only', text: 'Without service: emergency calls only' },
  { look: 'no-service', text: 'Without service' },
  { look: 'too-few', text: 'Too few rows to tell' },
  { look: 'not-measured', text: 'Not measured' },
];

export { looks };
