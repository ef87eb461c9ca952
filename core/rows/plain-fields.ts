import type { Buffer } from 'node:buffer';
import type { Bounds } from './values';

/** Where fields end, told from their bytes. Each looks at no byte behind the line feed that has to follow. */

const [space, lineFeed, carriageReturn] = [0x20, 0x0a, 0x0d];
const [zero, two, five, nine] = [0x30, 0x32, 0x35, 0x39];
const [point, minus, colon] = [0x2e, 0x2d, 0x3a];

const notPlain = -1;

/** Whether a field can end before a byte. */
const endsField = (byte: number, delimiter: number): boolean =>
  byte === delimiter || byte === lineFeed || byte === carriageReturn;

/** Where a field ends; a control character, which no plain field has, ends it too. */
const endOfField = (bytes: Buffer, start: number, delimiter: number): number => {
  let at = start;
  for (let byte = bytes[at] as number; byte >= space && byte !== delimiter; byte = bytes[at] as number) at += 1;
  return at;
};

/** Where a number in plain decimals ends that is surely within bounds; `notPlain` for any other field. As `wholePart` reads texts. */
const endOfNumber = (bytes: Buffer, start: number, delimiter: number, { above, below }: Bounds): number => {
  const isNegative = bytes[start] === minus;
  const first = isNegative ? start + 1 : start;
  let whole = 0;
  let at = first;
  let byte = bytes[at] as number;
  while (byte >= zero && byte <= nine) {
    whole = whole * 10 + byte - zero;
    at += 1;
    byte = bytes[at] as number;
  }
  if (at === first || (at - first > 1 && bytes[first] === zero)) return notPlain;
  if (!(whole < (isNegative ? below : above))) return notPlain;
  if (byte === point) {
    const fraction = at + 1;
    at = fraction;
    byte = bytes[at] as number;
    while (byte >= zero && byte <= nine) {
      at += 1;
      byte = bytes[at] as number;
    }
    if (at === fraction) return notPlain;
  }
  return endsField(byte, delimiter) ? at : notPlain;
};

const isSixty = (bytes: Buffer, at: number): boolean => {
  const [tens, ones] = [bytes[at] as number, bytes[at + 1] as number];
  return tens >= zero && tens <= five && ones >= zero && ones <= nine;
};

const timeLength = 8;

/** Where a time of day ends that is written HH:MM:SS; `notPlain` for any other field. */
const endOfTime = (bytes: Buffer, start: number, delimiter: number): number => {
  const end = start + timeLength;
  if (end >= bytes.length) return notPlain;
  const [tens, ones] = [bytes[start] as number, bytes[start + 1] as number];
  if (tens < zero || tens > two || ones < zero || ones > nine || (tens === two && ones > zero + 3)) return notPlain;
  if (bytes[start + 2] !== colon || bytes[start + 5] !== colon) return notPlain;
  if (!isSixty(bytes, start + 3) || !isSixty(bytes, start + 6)) return notPlain;
  return endsField(bytes[end] as number, delimiter) ? end : notPlain;
};

export { carriageReturn, endOfField, endOfNumber, endOfTime, lineFeed, notPlain, space };
