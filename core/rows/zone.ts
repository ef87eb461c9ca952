/** A local day and time of day, and how far they are ahead of UTC. */
interface LocalTime {
  /** YYYY-MM-DD. */
  day: string;
  /** HH:MM:SS, with milliseconds where there are some. */
  time: string;
  /** Minutes. */
  offset: number;
}

const minute = 60_000;
const quarter = 15 * minute;
const day = 24 * 60 * minute;
/** Spans kept; rows come in any order, over years maybe. */
const mostKept = 50_000;

/** Remembers the offset of spans of time in which the clock is not changed. */
class Spans {
  readonly #length: number;
  readonly #read: (moment: number) => number;
  /** None where the clock is changed within. */
  readonly #known = new Map<number, number | undefined>();

  constructor(length: number, read: (moment: number) => number) {
    this.#length = length;
    this.#read = read;
  }

  offsetAt(moment: number): number | undefined {
    const span = Math.floor(moment / this.#length);
    const known = this.#known.get(span);
    if (known !== undefined || this.#known.has(span)) return known;
    if (this.#known.size >= mostKept) this.#known.clear();
    const first = this.#read(span * this.#length);
    const offset = first === this.#read((span + 1) * this.#length - 1) ? first : undefined;
    this.#known.set(span, offset);
    return offset;
  }
}

const withoutZeros = (time: string): string => (time.endsWith('.000') ? time.slice(0, 8) : time);

/** The day and hour of a deployment: a time zone by its IANA name. */
class Zone {
  readonly #isUtc: boolean;
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Spans(day, (moment) => this.#offset(moment));
  readonly #quarters = new Spans(quarter, (moment) => this.#offset(moment));
  /** Of a wall clock's days; none where the clock is changed on one or beside it. */
  readonly #wallDays = new Map<string, number | undefined>();

  /** @throws `RangeError` where there is no zone of the name */
  constructor(readonly name: string) {
    this.#isUtc = name === 'UTC';
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Minutes by which local time is ahead of UTC at a moment, in milliseconds since 1970. */
  offsetAt(moment: number): number {
    if (this.#isUtc) return 0;
    return this.#days.offsetAt(moment) ?? this.#quarters.offsetAt(moment) ?? this.#offset(moment);
  }

  /** The local day and time of a moment. */
  localOf(moment: number): LocalTime {
    const offset = this.offsetAt(moment);
    const text = new Date(moment + offset * minute).toISOString();
    return { day: text.slice(0, 10), time: withoutZeros(text.slice(11, 23)), offset };
  }

  /**
   * Offset of a wall clock's day and time. Of an hour that comes twice it is the first; one that never was is taken by the clock
   * before the change.
   */
  offsetOfWall(dayText: string, time: string): number {
    return this.offsetOfDay(dayText) ?? this.#offsetOfChange(Date.parse(`${dayText}T${time.slice(0, 5)}:00Z`));
  }

  /** Offset of all of a wall clock's day; undefined where the clock is changed on it or beside it. */
  offsetOfDay(dayText: string): number | undefined {
    if (this.#isUtc) return 0;
    const known = this.#wallDays.get(dayText);
    if (known !== undefined || this.#wallDays.has(dayText)) return known;
    if (this.#wallDays.size >= mostKept) this.#wallDays.clear();
    const midnight = Date.parse(`${dayText}T00:00:00Z`);
    const before = this.offsetAt(midnight - day);
    const offset = before === this.offsetAt(midnight + 2 * day) ? before : undefined;
    this.#wallDays.set(dayText, offset);
    return offset;
  }

  /** Offset of a wall clock's reading, as if it were UTC, about the time when the clock is changed. */
  #offsetOfChange(wall: number): number {
    const before = this.offsetAt(wall - day);
    const after = this.offsetAt(wall + day);
    const fits = [before, after].filter((offset) => this.offsetAt(wall - offset * minute) === offset);
    return fits.length > 0 ? Math.max(...fits) : before;
  }

  #offset(moment: number): number {
    const parts = Object.fromEntries(
      this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
    // No minus nought.
    return Math.round((Date.UTC(year, month - 1, date, hour, minutes, second) - moment) / minute) || 0;
  }
}

const zones = new Map<string, Zone>();

/**
 * The zone of a name with what it remembers, one for all that a process reads: that of a deployment.
 *
 * @throws `RangeError` where there is no zone of the name
 */
const zoneOf = (name: string): Zone => {
  const zone = zones.get(name) ?? new Zone(name);
  zones.set(name, zone);
  return zone;
};

export type { LocalTime };
export { Zone, zoneOf };
