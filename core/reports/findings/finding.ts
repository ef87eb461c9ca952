/**
 * What a sentence is about: a place or an operator that got worse or better, weak reception as it is, the data itself, or what
 * was measured too little to tell.
 */
type Kind = 'worse' | 'better' | 'weak' | 'quality' | 'sparse';

/** A sentence about what stands out. */
interface Finding {
  kind: Kind;
  text: string;
  /** Name of the report that shows it; of the data's quality the page has a part of its own. */
  report?: string;
  /** How many places it is about. */
  places?: number;
}

/**
 * Whether a finding is news, for `settings.mailOnlyFindings`: what got worse, and faults of the data. A weak spot that was one
 * before, an improvement, or too few rows to tell are on the page, and worth no mail by themselves.
 */
const isNews = ({ kind }: Finding): boolean => kind === 'worse' || kind === 'quality';

export type { Finding, Kind };
export { isNews };
