import { compareSequencers } from '../../../core/uploads/claiming';

test.each([
  ['0055AED6DCD90281E5', '0055AED6DCD90281E5', 0],
  ['0055AED6DCD90281E6', '0055AED6DCD90281E5', 1],
  ['0055AED6DCD90281', '0055AED6DCD90281E5', -1],
  // Not the longer one, as numbers would have it: S3 pads on the right.
  ['0056', '0055AED6DCD90281E5', 1],
  ['0055aed6', '0055AED6', 0],
  ['0055', '005500', 0],
  ['', '0055', -1],
])('sequencers %p and %p compare to %i', (one, other, expected) => {
  expect(compareSequencers(one, other)).toBe(expected);
  expect(compareSequencers(other, one)).toBe(expected === 0 ? 0 : -expected);
});
