import { sheetText } from './cells';

/** Excel takes no longer names, and none of these characters in them. */
const longestName = 31;
const forbidden = /[\\/?*[\]:\p{Cc}\ufffd]+/gu;

/** Characters that turn or hide the text around them. */
const invisible = /[\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Cut so that no character is halved. */
const cut = (text: string, length: number): string => {
  const start = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start;
};

/** An apostrophe at an end is part of how a name is quoted. */
const trimmed = (text: string): string => text.replace(/^[\s']+|[\s']+$/g, '');

const nameOf = (title: string): string => {
  const plain = sheetText(title.slice(0, 4 * longestName))
    // Forms of a character that a reader may take for the same.
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(forbidden, ' ')
    .replace(/\s+/g, ' ')
    // What Excel would read as one character.
    .replace(/_(?=x[0-9a-f]{4}_)/gi, ' ');
  return trimmed(cut(trimmed(plain), longestName)) || 'Report';
};

/** Names that Excel keeps for itself. */
const reserved = ['history'];

/**
 * Names of sheets made of titles, whatever these hold: as Excel takes them, each once, capitals being the same as small letters.
 *
 * @param first - a name that is taken
 */
const sheetNames = (titles: readonly string[], first: string): string[] => {
  const taken = new Set([first.toLowerCase(), ...reserved]);
  const numbers = new Map<string, number>();
  return titles.map((title) => {
    const name = nameOf(title);
    let unique = name;
    for (let n = numbers.get(name) ?? 2; taken.has(unique.toLowerCase()); n += 1) {
      const suffix = ` (${n})`;
      unique = `${trimmed(cut(name, longestName - suffix.length))}${suffix}`;
      numbers.set(name, n + 1);
    }
    taken.add(unique.toLowerCase());
    return unique;
  });
};

/** Where a link leads to within the workbook. */
const placeIn = (sheet: string): string => `#'${sheet.replaceAll("'", "''")}'!A1`;

export { longestName, placeIn, sheetNames };
