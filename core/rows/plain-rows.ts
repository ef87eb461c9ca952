import { Buffer } from 'node:buffer';
import { rowColumns } from '../../contract';
import type { RecordPacker } from '../stream/records';
import { type Told, toldBy } from './date-order';
import { notKnown } from './known-texts';
import type { Layout } from './measurement';
import { noText, type Pieces, TextColumn } from './plain-columns';
import { carriageReturn, endOfField, endOfNumber, endOfTime, lineFeed, notPlain, space } from './plain-fields';
import { dbmFromAsu } from './radio';
import {
  placeOf,
  present,
  type Reading,
  type Step,
  setAside,
  stepsOf,
  unknown,
  type Violation,
  variedColumns,
} from './readings';
import { dayReader } from './row-time';
import { addTo } from './summaries';
import { readTime } from './times';
import { type Bounds, remember } from './values';

/** What is done with a column of the file. */
const [skipped, dated, timed, valued] = [0, 1, 2, 3];

/** In place of an entry: the field is canonical as it stands. */
const asItStands = -2;

/** A day that rows may have. */
interface PlainDay {
  day: string;
  /** What a row of it has at the place of the offset. */
  offset: string;
  /** What its text says about the order of dates. */
  told: Told;
}

/** Where rows are written. */
type RowSink = Pick<RecordPacker, 'of' | 'wrote'>;

/** Finds texts of a column. */
type Entries = Pick<TextColumn<Reading>, 'entryOf'>;

/** A column of values. */
interface ValueColumn {
  place: number;
  index: number;
  /** Stand before its value in a canonical row. */
  commas: Buffer;
  /** A row has to have it. */
  isNeeded: boolean;
  texts: TextColumn<Reading>;
  bounds?: Bounds;
}

/** Takes how many rows have a state in a column. */
type AddRows = (place: number, state: number, rows: number) => void;

const [latPlace, longPlace] = ['lat', 'long'].map(placeOf) as [number, number];
const [signalPlace, statusPlace] = ['signal', 'status'].map(placeOf) as [number, number];
const [technologyPlace, dbmPlace] = ['technology', 'signal_dbm'].map(placeOf) as [number, number];
const [datePlace, hourPlace, offsetPlace] = ['date', 'hour', 'utc_offset'].map(placeOf) as [number, number, number];

/** Whether a plain number begins as 0 does. */
const mayBeNought = (bytes: Buffer, start: number): boolean =>
  bytes[bytes[start] === 0x2d ? start + 1 : start] === 0x30;

const noAside: readonly Violation[] = [];

/** What a number says of which no text was made: no rule asks which it is. */
const number: Reading = { value: 'a number', state: present, piece: '' };

/** Whether rows of a layout can be read from their bytes: each column of the file says one thing, and alone. */
const isReadable = ({ format, columns }: Layout, steps: readonly Step[]): boolean => {
  const used = [...steps.map(({ index }) => index), columns.date?.[0], columns.hour?.[0]].filter(
    (index) => index !== undefined,
  );
  return (
    format.time.written === 'day and time' &&
    format.time.means === 'wall clock' &&
    columns.leaveOut === undefined &&
    steps.every(({ find }) => find === undefined) &&
    new Set(used).size === used.length
  );
};

/**
 * Reads rows as most are from their bytes, and writes them in canonical form without making texts of them: what a text of a column
 * says is found by its bytes, and numbers and times that are canonical as they stand are copied.
 *
 * Whatever it cannot tell for sure it leaves to the general way, which says of the same row the same.
 */
class PlainRows {
  /** Values of the row taken last that were set aside. */
  aside: readonly Violation[] = noAside;
  readonly #packer: RowSink;
  readonly #layout: Layout;
  readonly #delimiter: number;
  readonly #kinds: Uint8Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #entries: Int32Array;
  readonly #columns: readonly ValueColumn[];
  /** By column of the file. */
  readonly #byIndex: (ValueColumn | undefined)[];
  readonly #days: TextColumn<PlainDay>;
  readonly #dateIndex: number;
  readonly #hourIndex: number;
  readonly #filled: readonly number[];
  readonly #byPlace: (ValueColumn | undefined)[];
  /** What values say that have no entry, by column of the file. */
  readonly #own: (Reading | undefined)[];
  readonly #rest: Buffer;
  readonly #dbmCommas: string;
  readonly #dbmOf: (key: string) => string;
  /** Days of rows that have none of their own. */
  #fixedDay: PlainDay | typeof noText = noText;
  /** Counted by hand, as they have no entry. */
  readonly #counted = new Map<number, Uint32Array>();
  readonly #asTheyStand: Uint32Array;
  readonly #otherDays: Record<string, number> = {};
  readonly #otherDates = new Map<Told, number>();
  #rows = 0;
  #dbmFound = 0;

  constructor(layout: Layout, packer: RowSink) {
    const { steps, filled, commas, rest } = stepsOf(layout);
    const { width, columns, dialect, zone } = layout;
    this.#layout = layout;
    this.#packer = packer;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#kinds = new Uint8Array(width).fill(skipped);
    this.#starts = new Int32Array(width);
    this.#ends = new Int32Array(width);
    this.#entries = new Int32Array(width);
    this.#asTheyStand = new Uint32Array(width);
    this.#own = new Array(width).fill(undefined);
    this.#filled = filled;
    this.#rest = Buffer.from(`${rest}\n`);
    this.#dbmCommas = commas[dbmPlace] as string;
    this.#dbmOf = remember((key) => {
      const [signal = '', technology = ''] = key.split('/');
      return dbmFromAsu(signal, technology, layout.format.asu);
    });
    const offsetCommas = commas[offsetPlace] as string;
    const readDay = dayReader({ ...layout, dateOrder: dialect.dateOrder });
    const told = remember(toldBy);
    const plainDay = (text: string): PlainDay | typeof noText => {
      const day = readDay(text);
      const offset = typeof day === 'string' ? zone.offsetOfDay(day) : undefined;
      if (typeof day !== 'string' || offset === undefined) return noText;
      return { day, offset: offset === 0 ? offsetCommas : `${offsetCommas}${offset}`, told: told(text) };
    };
    this.#days = new TextColumn(plainDay, ({ day }) => day);
    this.#dateIndex = columns.date?.[0] ?? notKnown;
    if (this.#dateIndex === notKnown) this.#fixedDay = plainDay('');
    else this.#kinds[this.#dateIndex] = dated;
    this.#hourIndex = columns.hour?.[0] as number;
    this.#kinds[this.#hourIndex] = timed;
    const valueColumns = steps.map(({ column, place, index, read, bounds }) => {
      const isNeeded = place === latPlace || place === longPlace;
      const texts = new TextColumn<Reading>(read, ({ piece }) => piece);
      texts.known.isVaried = variedColumns.has(column);
      return { place, index, commas: Buffer.from(commas[place] as string), isNeeded, texts, bounds };
    });
    // What is set aside is told in the order of the general way.
    this.#columns = valueColumns.sort(
      (one, other) => Number(other.place === technologyPlace) - Number(one.place === technologyPlace),
    );
    this.#byPlace = rowColumns.map((_, place) => this.#columns.find((column) => column.place === place));
    this.#byIndex = Array.from({ length: width }, (_, at) => this.#columns.find(({ index }) => index === at));
    for (const { index } of this.#columns) this.#kinds[index] = valued;
  }

  /**
   * Takes a row that begins at `start`; a line feed has to be among the bytes behind it, and no quote in it.
   *
   * @returns where its line feed is, or `notPlain` where the row is to be read in the general way: then nothing was taken
   */
  take(bytes: Buffer, start: number): number {
    const end = this.#part(bytes, start);
    if (end === notPlain) return notPlain;
    const day = this.#dayOf(bytes);
    if (day === noText) return notPlain;
    const time = this.#entries[this.#hourIndex] === asItStands ? '' : readTime(this.#text(bytes, this.#hourIndex));
    if (time === undefined) return notPlain;
    const length = this.#readValues(bytes);
    if (length === notPlain) return notPlain;
    const dbm = this.#findDbm();
    if (dbm === noText || !this.#hasSignal(dbm)) return notPlain;
    this.#write(bytes, day, time, dbm, length);
    this.#count(dbm, day);
    return end;
  }

  /** Adds what the rows taken so far have: states by column, and rows by day. */
  tell(add: AddRows, days: Record<string, number>): void {
    for (const { place, index, texts } of this.#columns) {
      texts.said.forEach((said, entry) => {
        const rows = texts.uses[entry] as number;
        if (said !== undefined && said !== noText && rows > 0) add(place, said.state, rows);
      });
      add(place, present, this.#asTheyStand[index] as number);
      this.#counted.get(index)?.forEach((rows, state) => {
        add(place, state, rows);
      });
    }
    rowColumns.forEach((_, place) => {
      const isTime = place === datePlace || place === hourPlace;
      if (this.#byPlace[place] === undefined) add(place, isTime ? present : unknown, this.#rows);
    });
    add(dbmPlace, unknown, -this.#dbmFound);
    add(dbmPlace, present, this.#dbmFound);
    this.#days.said.forEach((said, entry) => {
      const rows = this.#days.uses[entry] as number;
      if (said !== undefined && said !== noText && rows > 0) addTo(days, said.day, rows);
    });
    for (const [day, rows] of Object.entries(this.#otherDays)) addTo(days, day, rows);
  }

  /** Gives what the dates of the rows taken so far say about their order, and of how many rows. */
  tellDates(add: (told: Told, rows: number) => void): void {
    this.#days.said.forEach((said, entry) => {
      if (said !== undefined && said !== noText) add(said.told, this.#days.uses[entry] as number);
    });
    this.#otherDates.forEach((rows, told) => {
      add(told, rows);
    });
  }

  /** Parts the row into its fields. @returns where its line feed is */
  #part(bytes: Buffer, start: number): number {
    const delimiter = this.#delimiter;
    const kinds = this.#kinds;
    const last = kinds.length - 1;
    let at = start;
    for (let index = 0; index <= last; index += 1) {
      const from = at;
      this.#starts[index] = from;
      const kind = kinds[index] as number;
      if (kind === valued) at = this.#partValue(bytes, index, from);
      else if (kind === dated) at = this.#partText(bytes, this.#days, index, from);
      else if (kind === timed) {
        const end = endOfTime(bytes, from, delimiter);
        this.#entries[index] = end === notPlain ? notKnown : asItStands;
        at = end === notPlain ? endOfField(bytes, from, delimiter) : end;
      } else {
        for (let byte = bytes[at] as number; byte >= space && byte !== delimiter; byte = bytes[at] as number) {
          // It may be a control character.
          if (byte > 0x7e) return notPlain;
          at += 1;
        }
      }
      this.#ends[index] = at;
      const byte = bytes[at] as number;
      if (index < last) {
        if (byte !== delimiter) return notPlain;
        at += 1;
      } else if (byte === carriageReturn) at += 1;
    }
    return bytes[at] === lineFeed ? at : notPlain;
  }

  #partValue(bytes: Buffer, index: number, from: number): number {
    const { texts, bounds } = this.#byIndex[index] as ValueColumn;
    if (!texts.known.isVaried) return this.#partText(bytes, texts, index, from);
    if (bounds !== undefined) {
      const end = endOfNumber(bytes, from, this.#delimiter, bounds);
      if (end !== notPlain) {
        this.#entries[index] = asItStands;
        return end;
      }
    }
    this.#entries[index] = notKnown;
    return endOfField(bytes, from, this.#delimiter);
  }

  #partText(bytes: Buffer, texts: Entries, index: number, from: number): number {
    const delimiter = this.#delimiter;
    let hash = 0;
    let at = from;
    for (let byte = bytes[at] as number; byte >= space && byte !== delimiter; byte = bytes[at] as number) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      at += 1;
    }
    this.#entries[index] = texts.entryOf(bytes, from, at, hash);
    return at;
  }

  #text(bytes: Buffer, index: number): string {
    return bytes.toString('utf8', this.#starts[index], this.#ends[index]);
  }

  #dayOf(bytes: Buffer): PlainDay | typeof noText {
    const index = this.#dateIndex;
    if (index === notKnown) return this.#fixedDay;
    const entry = this.#entries[index] as number;
    return entry === notKnown ? this.#days.read(this.#text(bytes, index)) : this.#days.at(entry);
  }

  /** Reads the values and judges those that a row needs. @returns most bytes that they take in a canonical row */
  #readValues(bytes: Buffer): number {
    let length = 0;
    let noughts = 0;
    this.aside = noAside;
    for (const { index, texts, commas, isNeeded } of this.#columns) {
      const entry = this.#entries[index] as number;
      if (entry === asItStands) {
        const start = this.#starts[index] as number;
        length += commas.length + (this.#ends[index] as number) - start;
        if (isNeeded && mayBeNought(bytes, start)) noughts += 1;
        continue;
      }
      const said = entry === notKnown ? texts.read(this.#text(bytes, index)) : texts.at(entry);
      if (said === noText) return notPlain;
      if (entry === notKnown) {
        this.#own[index] = said;
        length += 3 * said.piece.length;
      } else length += texts.pieces.lengths[entry] as number;
      if (isNeeded) {
        if (said.state !== present) return notPlain;
        if (Number(said.value) === 0) noughts += 1;
      } else if (said.fault !== undefined) this.aside = [...this.aside, said.fault];
    }
    // It may be 0, 0.
    return noughts === 2 ? notPlain : length;
  }

  #saidAt(place: number): Reading | undefined {
    const column = this.#byPlace[place];
    if (column === undefined) return undefined;
    const entry = this.#entries[column.index] as number;
    if (entry === asItStands) return number;
    return entry === notKnown ? this.#own[column.index] : (column.texts.said[entry] as Reading);
  }

  #valueAt(place: number): string {
    return this.#saidAt(place)?.value ?? '';
  }

  #stateAt(place: number): number {
    return this.#saidAt(place)?.state ?? unknown;
  }

  /** Power that is reckoned from other values; in place of one that was set aside it is left to the general way. */
  #findDbm(): string {
    if (this.#layout.format.asu === undefined) return '';
    const technology = this.#valueAt(technologyPlace);
    if (technology === '' || this.#valueAt(dbmPlace) !== '') return '';
    const dbm = this.#dbmOf(`${this.#valueAt(signalPlace)}/${technology}`);
    return dbm !== '' && this.#stateAt(dbmPlace) === setAside ? noText : dbm;
  }

  #hasSignal(dbm: string): boolean {
    return [signalPlace, statusPlace, dbmPlace].some((place) => this.#valueAt(place) !== '') || dbm !== '';
  }

  #write(bytes: Buffer, { day, offset }: PlainDay, time: string, dbm: string, length: number): void {
    const rest = this.#rest;
    const rows = this.#packer.of(day);
    rows.reserve(length + day.length + 1 + 16 + offset.length + this.#dbmCommas.length + dbm.length + rest.length);
    const out = rows.buffer;
    let to = rows.bytes;
    for (const place of this.#filled) {
      const column = this.#byPlace[place];
      if (place === datePlace) to = writeText(out, to, day);
      else if (place === hourPlace) {
        out[to] = 0x2c;
        const start = this.#starts[this.#hourIndex] as number;
        to = time === '' ? copy(out, to + 1, bytes, start, start + 8) : writeText(out, to + 1, time);
      } else if (place === offsetPlace) to = writeText(out, to, offset);
      else if (column === undefined || (place === dbmPlace && dbm !== '')) {
        to = writeText(out, to, this.#dbmCommas);
        to = writeText(out, to, dbm);
      } else to = this.#writeValue(out, to, bytes, column);
    }
    to = copy(out, to, rest, 0, rest.length);
    this.#packer.wrote(rows, to);
  }

  #writeValue(out: Buffer, to: number, bytes: Buffer, { index, commas, texts: { pieces } }: ValueColumn): number {
    const entry = this.#entries[index] as number;
    if (entry >= 0) return copyPiece(out, to, pieces, entry);
    if (entry === notKnown) return to + out.write((this.#own[index] as Reading).piece, to);
    const behind = copy(out, to, commas, 0, commas.length);
    return copy(out, behind, bytes, this.#starts[index] as number, this.#ends[index] as number);
  }

  #count(dbm: string, { day, told }: PlainDay): void {
    this.#rows += 1;
    if (dbm !== '') this.#dbmFound += 1;
    const entry = this.#dateIndex === notKnown ? notKnown : (this.#entries[this.#dateIndex] as number);
    if (entry === notKnown) {
      addTo(this.#otherDays, day);
      this.#otherDates.set(told, (this.#otherDates.get(told) ?? 0) + 1);
    } else (this.#days.uses[entry] as number) += 1;
    for (const { index, texts } of this.#columns) {
      const of = this.#entries[index] as number;
      if (of >= 0) (texts.uses[of] as number) += 1;
      else if (of === asItStands) (this.#asTheyStand[index] as number) += 1;
      else this.#countOwn(index);
    }
  }

  #countOwn(index: number): void {
    let counted = this.#counted.get(index);
    if (counted === undefined) {
      counted = new Uint32Array(3);
      this.#counted.set(index, counted);
    }
    (counted[(this.#own[index] as Reading).state] as number) += 1;
  }
}

const copy = (out: Uint8Array, to: number, from: Uint8Array, start: number, end: number): number => {
  let at = to;
  for (let read = start; read < end; read += 1) {
    out[at] = from[read] as number;
    at += 1;
  }
  return at;
};

const copyPiece = (out: Uint8Array, to: number, { bytes, starts, lengths }: Pieces, entry: number): number => {
  const start = starts[entry] as number;
  return copy(out, to, bytes, start, start + (lengths[entry] as number));
};

/** Writes a text of ASCII that is too short for a call of the engine. */
const writeText = (out: Uint8Array, to: number, text: string): number => {
  for (let at = 0; at < text.length; at += 1) out[to + at] = text.charCodeAt(at);
  return to + text.length;
};

/** The reader of plain rows of a layout; undefined where its rows are not to be read so. */
const plainRows = (layout: Layout, packer: RowSink): PlainRows | undefined =>
  isReadable(layout, stepsOf(layout).steps) ? new PlainRows(layout, packer) : undefined;

export type { PlainRows };
export { plainRows };
