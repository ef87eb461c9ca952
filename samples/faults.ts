import type { Random } from './random';

/** The fields of one row, by column name. */
type Fields = Record<string, string>;

interface Fault {
  /** What the rule is called in the summary. */
  name: string;
  /** Spoils the fields in place, or returns the line to write instead. */
  spoil: (fields: Fields, line: (fields: Fields) => string, random: Random) => string | undefined;
}

/** A fault that puts one of some values into a column. */
const set =
  (column: string, ...values: string[]): Fault['spoil'] =>
  (fields, _line, random) => {
    fields[column] = values[Math.floor(random() * values.length)] as string;
    return undefined;
  };

/** One way for each rule of the upload contract to be broken; bad rows take them in turn. */
const faults: readonly Fault[] = [
  { name: 'hour is no time of day', spoil: set('hour', '24:00:00', '12:61:07', '7:5', 'noon') },
  { name: 'lat out of range', spoil: set('lat', '91.5', '-90.00001', '417.23') },
  { name: 'long out of range', spoil: set('long', '180.5', '-181', '2146.1') },
  { name: 'signal out of range', spoil: set('signal', '120', '-1', '100') },
  { name: 'text in a number', spoil: set('speed', 'fast', '12,5 km', 'NaN') },
  { name: 'fraction in a whole number', spoil: set('satellites', '4.5') },
  {
    name: 'missing column',
    spoil: (fields, line) => {
      const whole = line(fields);
      return whole.slice(0, whole.lastIndexOf(','));
    },
  },
  { name: 'too many columns', spoil: (fields, line) => `${line(fields)},surplus` },
  { name: 'status unknown', spoil: set('status', '7', '4', '-1') },
  { name: 'provider unknown', spoil: set('provider', 'carrier pigeon', 'wifi') },
  { name: 'speed negative', spoil: set('speed', '-3.0') },
  { name: 'satellites negative', spoil: set('satellites', '-2.0') },
  { name: 'accuracy negative', spoil: set('precission', '-10.0') },
  { name: 'activity empty', spoil: set('activity', '') },
  { name: 'lat empty', spoil: set('lat', '') },
];

/** Only where the file has dates. */
const dateFaults: readonly Fault[] = [
  { name: 'date outside the window', spoil: set('date', '1999-12-31', '2199-01-01') },
  { name: 'date is none', spoil: set('date', '2026-02-30', '03/04/2026', 'yesterday') },
];

export type { Fault, Fields };
export { dateFaults, faults, set };
