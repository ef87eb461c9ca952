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
const day = 24 * 60 * minute;
/** No zone changes its clock within a part of the hour that is shorter. */
const quarter = 15 * minute;
/** Offsets kept; rows come in any order, over years maybe. */
const mostKept = 50_000;

const withoutZeros = (time: string): string => (time.endsWith('.000') ? time.slice(0, 8) : time);

/** The day and hour of a deployment: a time zone by its IANA name. */
class Zone {
  readonly #isUtc: boolean;
  readonly #format: Intl.DateTimeFormat;
  readonly #atMoment = new Map<number, number>();
  readonly #atWall = new Map<string, number>();

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
    const key = Math.floor(moment / quarter);
    const known = this.#atMoment.get(key);
    if (known !== undefined) return known;
    if (this.#atMoment.size >= mostKept) this.#atMoment.clear();
    const offset = this.#offset(key * quarter);
    this.#atMoment.set(key, offset);
    return offset;
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
    if (this.#isUtc) return 0;
    const key = dayText + time.slice(0, 4);
    const known = this.#atWall.get(key);
    if (known !== undefined) return known;
    if (this.#atWall.size >= mostKept) this.#atWall.clear();
    const wall = Date.parse(`${dayText}T${time.slice(0, 5)}:00Z`);
    const before = this.offsetAt(wall - day);
    const after = this.offsetAt(wall + day);
    const fits = [before, after].filter((offset) => this.offsetAt(wall - offset * minute) === offset);
    const offset = fits.length > 0 ? Math.max(...fits) : before;
    this.#atWall.set(key, offset);
    return offset;
  }

  #offset(moment: number): number {
    const parts = Object.fromEntries(
      this.#format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day: date = 1, hour = 0, minute: minutes = 0, second = 0 } = parts;
    return Math.round((Date.UTC(year, month - 1, date, hour, minutes, second) - moment) / minute);
  }
}

export type { LocalTime };
export { Zone };
