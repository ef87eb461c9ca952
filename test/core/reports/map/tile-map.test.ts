import { Readable } from 'node:stream';
import fc from 'fast-check';
import { quadkeyOf } from '../../../../core/reports/map/quadkeys';
import { readTileMap } from '../../../../core/reports/map/tile-map';
import { columns, type Line, report } from './support';

const tileAt = (x: number, y: number) => quadkeyOf({ x, y }, 16);

const line = (tile: string, some: Line = {}): Line => ({
  tile,
  operator: 'alpha',
  technology: '4G',
  count_rows: 10,
  count_in_service: 9,
  count_out_of_service: 1,
  count_good: 9,
  count_dbm: 9,
  average_signal_dbm: -90.5,
  ...some,
});

describe('the tiles of a report', () => {
  it('are as small as in the tables where they fit', async () => {
    const map = await readTileMap(report([line(tileAt(5, 5)), line(tileAt(5, 5), { technology: '5G' })]));
    expect(map).toMatchObject({ zoom: 16, operators: ['alpha'], technologies: ['4G', '5G'] });
    expect(map.entries).toHaveLength(2);
    expect(map.entries[0]?.counts).toMatchObject({
      rows: 10,
      inService: 9,
      classes: [0, 9, 0, 0],
      dbm: 9,
      sumDbm: -814.5,
    });
  });

  it('become larger until they fit, and nothing of them is lost', async () => {
    const lines = Array.from({ length: 4_096 }, (_, at) => line(tileAt(at % 64, Math.floor(at / 64))));
    const map = await readTileMap(report(lines), { entries: 300 });
    expect(map.zoom).toBe(14);
    expect(map.entries).toHaveLength(256);
    expect(map.entries.every(({ counts }) => counts.rows === 160 && counts.sumDbm === -13_032)).toBe(true);
  });

  it('fit the characters of a page, too', async () => {
    const lines = Array.from({ length: 1_024 }, (_, at) => line(tileAt(at % 32, Math.floor(at / 32))));
    const map = await readTileMap(report(lines), { characters: 3_000 });
    expect(map.zoom).toBeLessThan(15);
    expect(map.entries.reduce((sum, { counts }) => sum + counts.rows, 0)).toBe(10_240);
  });

  it('are the same whatever the order of the lines', async () => {
    const lines = Array.from({ length: 60 }, (_, at) =>
      line(tileAt(at % 7, at % 11), { operator: `op ${at % 3}`, technology: `${2 + (at % 4)}G`, count_rows: 10 + at }),
    );
    const plain = await readTileMap(report(lines));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines, { minLength: 60 }), async (shuffled) => {
        expect(await readTileMap(report(shuffled))).toEqual(plain);
      }),
      { numRuns: 10 },
    );
  });

  it('pass over what is no line of the report', async () => {
    const map = await readTileMap(
      report([
        line('012'),
        line('=cmd()'),
        line(tileAt(1, 1), { count_rows: 'many' }),
        line(tileAt(2, 2), { average_signal_dbm: 'NaN', count_in_service: -5 }),
      ]),
    );
    expect(map.entries).toHaveLength(1);
    expect(map.entries[0]?.counts).toMatchObject({ rows: 10, inService: 0, sumDbm: 0 });
  });

  it('name a report without columns nothing', async () => {
    expect((await readTileMap(Readable.from(['a,b\n1,2\n']))).entries).toEqual([]);
    expect((await readTileMap(Readable.from(['']))).entries).toEqual([]);
  });

  it('need no more memory for many lines, of as many operators', async () => {
    const [lines, linesOfPiece] = [150_000, 500];
    const lineAt = (at: number) =>
      `${tileAt(at % 65_536, (at * 7) % 65_536)},operator ${at},4G,10,9,0,1,0,0,9,0,0,9,-90,0,\n`;
    function* csv() {
      yield `${columns.join(',')}\n`;
      for (let first = 0; first < lines; first += linesOfPiece) {
        yield Array.from({ length: linesOfPiece }, (_, at) => lineAt(first + at)).join('');
      }
    }
    const map = await readTileMap(Readable.from(csv()), { entries: 2_000 });
    expect(map.entries.length).toBeLessThan(2_000 + 61);
    expect(map.operators).toHaveLength(61);
    expect(map.operators[0]).toBe('others');
    expect(map.entries.reduce((sum, { counts }) => sum + counts.rows, 0)).toBe(10 * lines);
  });

  it('have names that are one line of what can be seen, without what guards a spreadsheet', async () => {
    const map = await readTileMap(
      report([line(tileAt(1, 1), { operator: "'=1+1\u202e\n\u0000<b>" }), line(tileAt(1, 1), { operator: '' })]),
    );
    expect([...map.operators].sort()).toEqual(['=1+1 <b>', 'unknown']);
  });

  it('fail with what fails while they are read', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('gone'));
      },
    });
    await expect(readTileMap(broken)).rejects.toThrow('gone');
  });
});
