/** What the rows of a tile say, as numbers that can be added up. */
interface Counts {
  rows: number;
  inService: number;
  emergencyOnly: number;
  outOfService: number;
  radioOff: number;
  /** Rows of each class of coverage, from the best to the worst. */
  classes: [veryGood: number, good: number, weak: number, none: number];
  /** Rows with dBm, and the sum of their dBm. */
  dbm: number;
  sumDbm: number;
  /** Rows without dBm that have ASU, and the sum of it. */
  asu: number;
  sumAsu: number;
}

const noCounts = (): Counts => ({
  rows: 0,
  inService: 0,
  emergencyOnly: 0,
  outOfService: 0,
  radioOff: 0,
  classes: [0, 0, 0, 0],
  dbm: 0,
  sumDbm: 0,
  asu: 0,
  sumAsu: 0,
});

/** Adds to `sum` what `part` counts. */
const addCounts = (sum: Counts, part: Counts): void => {
  sum.rows += part.rows;
  sum.inService += part.inService;
  sum.emergencyOnly += part.emergencyOnly;
  sum.outOfService += part.outOfService;
  sum.radioOff += part.radioOff;
  for (const rank of [0, 1, 2, 3] as const) sum.classes[rank] += part.classes[rank];
  sum.dbm += part.dbm;
  sum.sumDbm += part.sumDbm;
  sum.asu += part.asu;
  sum.sumAsu += part.sumAsu;
};

/** The rows that a phone without any service left: it cannot tell of which technology they would be. */
const lostOf = ({ emergencyOnly, outOfService }: Counts): Counts => ({
  ...noCounts(),
  rows: emergencyOnly + outOfService,
  emergencyOnly,
  outOfService,
});

export type { Counts };
export { addCounts, lostOf, noCounts };
