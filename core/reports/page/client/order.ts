/** What a cell is sorted by; nothing where it has no value. */
type Key = number | string | undefined;

type Direction = 'ascending' | 'descending';

/** What stands for no value. */
const none = '–';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** What `< 0.1` and `> 99.9` are beside 0.1 and 99.9. */
const beyond: Readonly<Record<string, number>> = { '<': -1e-6, '>': 1e-6 };

/** A number as the page writes it: `1,234.5`, `−3`, `< 0.1`, or the hour `07:00`. */
const readNumber = (text: string): number | undefined => {
  const number = Number.parseFloat(
    text
      .replace(/^[<>]\s*/, '')
      .replace('\u2212', '-')
      .replaceAll(',', ''),
  );
  return Number.isNaN(number) ? undefined : number + (beyond[text.charAt(0)] ?? 0);
};

/** What a cell of the page is sorted by: its number in a column of numbers, else its text. */
const keyOf = (text: string, numeric: boolean): Key => {
  if (text === none || text === '') return undefined;
  return numeric ? readNumber(text) : text;
};

const compareValues = (one: number | string, other: number | string): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other));

/** Places of the keys in order. Without a value is last either way; what is equal stays as it was. */
const inOrder = (keys: readonly Key[], direction: Direction): number[] => {
  const sign = direction === 'ascending' ? 1 : -1;
  return [...keys.keys()].sort((a, b) => {
    const [one, other] = [keys[a], keys[b]];
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
    return sign * compareValues(one, other);
  });
};

/** The direction after another: up, down, as it was. */
const nextDirection = (direction: Direction | undefined): Direction | undefined => {
  if (direction === undefined) return 'ascending';
  return direction === 'ascending' ? 'descending' : undefined;
};

/** Tells whether a text holds all words of another, whatever their case. */
const wordFilter = (wanted: string): ((text: string) => boolean) => {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => words.every((word) => text.includes(word));
};

export type { Direction, Key };
export { inOrder, keyOf, nextDirection, readNumber, wordFilter };
