import { lakeKeys } from '../platform/keys';
import type { LandedFile, Ledger } from './ledger';
import type { SealedObject } from './sealed';

/** An object of a table, and the files of Parquet that it is made of. */
interface Placement extends SealedObject {
  /** In their order. */
  files: LandedFile[];
}

/** The order in which files lie in what landed. */
const byPlace = (a: LandedFile, b: LandedFile): number =>
  a.key === b.key ? a.offset - b.offset : a.key < b.key ? -1 : 1;

/** Files that become one object: those of a table and day that have the same columns. Pages of older versions do not tell those. */
const objectOf = ({ columns }: Ledger, { table, day, key }: LandedFile): string =>
  `${day} ${table} ${columns === 0 ? key : columns}`;

/** Where the rows of each page go; the same for the same ledger, however often and in whatever order it is read. */
class Placements {
  readonly #objects = new Map<string, LandedFile[]>();

  constructor(private readonly upload: string) {}

  add(page: Ledger): void {
    for (const file of page.objects) {
      const object = objectOf(page, file);
      const files = this.#objects.get(object);
      if (files) files.push(file);
      else this.#objects.set(object, [file]);
    }
  }

  /** By days, as the rows of a landed object lie. */
  list(): Placement[] {
    const parts = new Map<string, number>();
    return [...this.#objects.values()]
      .map((files) => files.toSorted(byPlace))
      .toSorted(([a], [b]) => byDay(a as LandedFile, b as LandedFile))
      .map((files) => {
        const { table, day } = files[0] as LandedFile;
        const part = parts.get(`${table}/${day}`) ?? 0;
        parts.set(`${table}/${day}`, part + 1);
        const rows = files.reduce((sum, file) => sum + file.rows, 0);
        return { key: lakeKeys.table(table, day, this.upload, part), table, day, rows, files };
      });
  }
}

const byDay = (a: LandedFile, b: LandedFile): number => (a.day === b.day ? byPlace(a, b) : a.day < b.day ? -1 : 1);

const bytesOf = ({ files }: Placement): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

export type { Placement };
export { byPlace, bytesOf, Placements };
