/** A mail as SNS sends it. */
interface Mail {
  /** ASCII without line breaks, under 100 characters. */
  subject: string;
  /** Plain text. SNS takes 256 KB. */
  message: string;
}

const longestSubject = 99;
/** Of a name in a subject that has hardly room for one. */
const shortestName = 8;

/** Control characters, line ends, and marks that turn the direction of the text around them. */
const unprintable = /[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu;

/** One line of what can be printed. */
const oneLine = (text: string, longest: number): string => {
  const line = text.replace(unprintable, ' ').trim();
  const characters = [...line];
  return characters.length > longest ? `${characters.slice(0, longest - 3).join('')}...` : line;
};

/** Letters without their accents; a question mark for what has no letter in ASCII. */
const ascii = (text: string): string =>
  oneLine(text.normalize('NFKD').replace(/\p{M}/gu, ''), 1_000).replace(/[^\x20-\x7e]/g, '?');

/**
 * A subject that SNS takes. A long name is cut, not what is told of it.
 *
 * @example
 * mailSubject('Málaga.csv', (name) => `Cellflow: ${name} failed at Judge upload`);
 */
const mailSubject = (name: string, tell: (name: string) => string): string => {
  const room = Math.max(shortestName, longestSubject - tell('').length);
  return oneLine(ascii(tell(oneLine(ascii(name) || 'a file', room))), longestSubject);
};

export type { Mail };
export { mailSubject, oneLine };
