import { formatNumber } from '../page/numbers';
import { placeInWords } from '../places';

/** Letters, digits and what stands in names; all else is shown in quotes, so that it cannot pass for the sentence around it. */
const plain = /^[\p{L}\p{N}](?:[\p{L}\p{N} .&+/_-]{0,38}[\p{L}\p{N}.+])?$/u;
/** Controls, marks that turn the direction of text, line ends. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}"“”]+/gu;
const longest = 40;

/** A name from the data, on one line and not too long. */
const named = (name: string): string => {
  const line = name.replace(unprintable, ' ').replace(/\s+/g, ' ').trim();
  const characters = [...line];
  const cut = characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : line;
  return plain.test(cut) ? cut : `“${cut}”`;
};

/** A place as people say it: `in 08001`, `near 41.52° N, 2.10° E`. */
const at = (place: string): string => {
  const words = placeInWords(place);
  return words === place ? `in ${named(place)}` : words;
};

/** Operator and technology as one: `orange 4G`; what is unknown is left out. */
const network = (operator: string, technology: string): string => {
  const known = [operator, technology].filter((name) => name !== '' && name !== 'unknown').map(named);
  return known.length > 0 ? known.join(' ') : 'an unknown operator';
};

/** `a, b and c`. */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** A number with at most one decimal. */
const short = (value: number): string => formatNumber(value, Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0);

export { at, listed, named, network, short };
