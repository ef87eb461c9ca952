import type { Readable } from 'node:stream';
import { CellflowError } from '../../platform/errors';
import { addCounts, type Counts, noCounts } from './counts';
import { beginFeature, jsonOf, tellAverages, tellCounts, withAllNames } from './features';
import { type MapLine, readMapLines } from './lines';
import { MeasuredTiles } from './measured-tiles';

/** The report's lines are not in the order of their tiles, so that a tile cannot be told from its lines alone. */
class UnsortedMap extends CellflowError {}

/** Rows that are put together. What is told of one line's alone is as it was: most operators have one line in a tile. */
class Sum {
  #lines = 0;
  #counts = noCounts();
  #told = '';

  add(counts: Counts, told: string): void {
    this.#lines += 1;
    if (this.#lines === 1) {
      [this.#counts, this.#told] = [counts, told];
      return;
    }
    if (this.#lines === 2) {
      const first = this.#counts;
      this.#counts = noCounts();
      addCounts(this.#counts, first);
    }
    addCounts(this.#counts, counts);
  }

  /** What is told of them; begins anew. */
  take(fewestRows: number): string {
    const told = this.#lines === 1 ? this.#told : tellCounts(this.#counts, fewestRows);
    this.#lines = 0;
    return told;
  }
}

/** Texts that are remembered: a map has few names. */
const mostKnown = 1_000;

const remembered = (make: (text: string) => string): ((text: string) => string) => {
  const known = new Map<string, string>();
  return (text) => {
    const made = known.get(text) ?? make(text);
    if (known.size < mostKnown) known.set(text, made);
    return made;
  };
};

/** Characters of a piece: each costs as much as some features. */
const pieceLength = 32_768;

/** QGIS names the layer so. */
const layerName = 'coverage';

/**
 * The text of a map, feature by feature: one for each operator and technology in a tile, one for each operator in it, and last, so
 * that it lies on top, one for the tile. A reader shows one level at a time.
 */
class MapText {
  #text = `{"type":"FeatureCollection","name":"${layerName}","features":[`;
  #isEmpty = true;
  readonly #fewestRows: number;
  readonly #measured = new MeasuredTiles();
  readonly #nameText = remembered(jsonOf);
  #last: MapLine | undefined;
  /** Of the tile of the last line. */
  #begin = '';
  readonly #ofTile = new Sum();
  readonly #ofOperator = new Sum();

  constructor(fewestRows: number) {
    this.#fewestRows = fewestRows;
  }

  /** Whether there is as much as is worth a piece. */
  get isFull(): boolean {
    return this.#text.length >= pieceLength;
  }

  /** What was not taken yet. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** @throws {@link UnsortedMap} */
  add(line: MapLine): void {
    const { tile, operator, technology, counts } = line;
    const last = this.#last;
    if (last !== undefined && tile < last.tile) {
      throw new UnsortedMap('The lines of the report are not ordered by tile: the map cannot be made of them.');
    }
    if (tile !== last?.tile) {
      this.#endTile();
      this.#measured.add(tile);
      this.#begin = beginFeature(tile);
    } else if (operator !== last.operator) this.#endOperator();
    const told = tellCounts(counts, this.#fewestRows);
    const names = `"operator":${this.#nameText(operator)},"technology":${this.#nameText(technology)}`;
    this.#put(`${this.#begin},"level":"operator and technology",${names},${told}${tellAverages(counts)}}}`);
    this.#ofOperator.add(counts, told);
    this.#ofTile.add(counts, told);
    this.#last = line;
  }

  /** Tiles that nobody measured, beside those that somebody did, have no more to tell. */
  addNotMeasured(tile: string): void {
    this.#put(`${beginFeature(tile)},"level":"tile","kind":"not measured"}}`);
  }

  /** Ends what the lines tell. @returns the tiles beside theirs */
  end(): Iterable<string> {
    this.#endTile();
    this.#last = undefined;
    return this.#measured.neighbours();
  }

  #endOperator(): void {
    if (this.#last === undefined) return;
    const told = this.#ofOperator.take(this.#fewestRows);
    this.#put(`${this.#begin},"level":"operator","operator":${this.#nameText(this.#last.operator)},${told}}}`);
  }

  #endTile(): void {
    if (this.#last === undefined) return;
    this.#endOperator();
    this.#put(`${this.#begin},"level":"tile",${this.#ofTile.take(this.#fewestRows)}}}`);
  }

  #put(feature: string): void {
    this.#text += this.#isEmpty ? `\n${withAllNames(feature)}` : `,\n${feature}`;
    this.#isEmpty = false;
  }
}

/**
 * The map as GeoJSON (RFC 7946), in pieces: what its lines tell, then the tiles beside them that nobody measured. Needs the memory of a
 * bit a tile, whatever the size.
 *
 * @param csv - the report `signal-map`, in the order of its tiles and of the operators in each
 * @throws {@link UnsortedMap}
 */
async function* mapGeoJson(csv: Readable, fewestRows = 5): AsyncGenerator<string> {
  const map = new MapText(fewestRows);
  for await (const lines of readMapLines(csv)) {
    for (const line of lines) {
      map.add(line);
      if (map.isFull) yield map.take();
    }
  }
  for (const tile of map.end()) {
    map.addNotMeasured(tile);
    if (map.isFull) yield map.take();
  }
  yield `${map.take()}\n]}\n`;
}

/** A map of nothing that says why. */
const noMapGeoJson = (why: string): string =>
  `${jsonOf({ type: 'FeatureCollection', name: layerName, description: why, features: [] })}\n`;

export { mapGeoJson, noMapGeoJson, UnsortedMap };
