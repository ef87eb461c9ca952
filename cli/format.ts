import { styleText } from 'node:util';

const count = (value: number): string => value.toLocaleString('en-US');

const seconds = (value: number): string => {
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
};

const bar = (done: number, total: number, width = 24): string => {
  const full = total === 0 ? width : Math.min(width, Math.round((done / total) * width));
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
};

const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** What a terminal must not obey: file names and reasons come from outside. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');

/** Colour where a person looks at a terminal, plain text elsewhere. */
const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;

export { bar, count, paint, plural, printable, seconds };
