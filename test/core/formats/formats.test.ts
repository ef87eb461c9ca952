import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Formats from '../../../core/formats/formats';
import { findFormat, parseFormat, readFormat, shippedFormats, UnusableFormat } from '../../../core/formats/formats';

const minimal = {
  name: 'mine',
  title: 'A layout of mine',
  source: 'made up',
  recognise: ['hour', 'lat', 'long'],
  time: { written: 'day and time', means: 'wall clock', day: 'date', hour: 'hour' },
  columns: { lat: { from: 'lat' }, long: { from: 'long' }, signal: { from: ['signal', 'asu'] } },
};

const parse = (value: unknown) => parseFormat('mine.json', typeof value === 'string' ? value : JSON.stringify(value));

describe('a format', () => {
  test('is what its file says', () => {
    expect(parse(minimal)).toEqual(minimal);
  });

  test('may leave columns to their names', () => {
    const { columns } = parse({ ...minimal, others: 'by name' });

    expect(columns).toMatchObject({
      signal: { from: ['signal', 'asu'] },
      technology: { from: 'technology' },
      latency: { from: 'latency' },
    });
    expect(columns).not.toHaveProperty('date');
    expect(columns).not.toHaveProperty('utc_offset');
    expect(columns).not.toHaveProperty('tile');
  });

  const changed = (changes: object) => ({ ...minimal, ...changes });
  const withColumn = (column: object) => changed({ columns: { ...minimal.columns, ...column } });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{"name": ', /^mine\.json is not JSON: /],
    ['nothing', '', /is not JSON/],
    ['a list', '[]', /^mine\.json is no format:\n/],
    ['no name', changed({ name: undefined }), /name/],
    ['a name with capitals', changed({ name: 'Mine' }), /name/],
    ['too few names to be recognised by', changed({ recognise: ['hour'] }), /recognise/],
    ['no time', changed({ time: undefined }), /time/],
    ['a time that nobody reads', changed({ time: { ...minimal.time, written: 'julian' } }), /time\.written/],
    ['a time that may be either', changed({ time: { ...minimal.time, means: 'local' } }), /time\.means/],
    ['a field that is none', changed({ colums: {} }), /colums/],
    ['a column that the contract lacks', withColumn({ colour: { from: 'col' } }), /colour/],
    ['a column that is made', withColumn({ tile: { from: 'tile' } }), /tile/],
    ['days as a column', withColumn({ date: { from: 'date' } }), /date/],
    ['a setting that is none', withColumn({ speed: { from: 'speed', unit: 'mph' } }), /unit/],
    ['a factor of nothing', withColumn({ speed: { from: 'speed', times: 0 } }), /times/],
    ['one digit', withColumn({ postal_code: { from: 'zip', digits: 1 } }), /digits/],
    ['one part to join', withColumn({ cell: { join: ['id'] } }), /join/],
    ['a limit that says nothing', withColumn({ rsrq: { from: 'qual', only: {} } }), /says nothing/],
    ['an unknown scale', changed({ asu: 'lte' }), /asu/],
    ['rows left out for no reason', changed({ leaveOut: { from: 'role', values: ['x'] } }), /because/],
  ])('is refused with %s, and told why', (_, value, message) => {
    expect(() => parse(value)).toThrow(UnusableFormat);
    expect(() => parse(value)).toThrow(message);
  });
});

describe('the shipped formats', () => {
  test('are found by name', () => {
    const names = shippedFormats().map(({ name }) => name);

    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain('cellflow');
    for (const name of names) expect(findFormat(name).name).toBe(name);
    expect(shippedFormats()).toBe(shippedFormats());
  });

  test.each(['nothing', '', '../cellflow', 'Cellflow', 'toString'])('are no other: %p', (name) => {
    expect(() => findFormat(name)).toThrow(/^There is no format ".*"\. There are .*cellflow/);
    expect(() => findFormat(name)).toThrow(expect.objectContaining({ name: 'UnusableFormat' }));
  });
});

describe('a folder of formats', () => {
  let folder: string;
  const set = process.env.CELLFLOW_FORMATS;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cellflow-formats-'));
    process.env.CELLFLOW_FORMATS = folder;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (set === undefined) delete process.env.CELLFLOW_FORMATS;
    else process.env.CELLFLOW_FORMATS = set;
  });

  /** Formats are read once by a process: this is one that has read none. */
  const fresh = (): typeof Formats => {
    let formats: typeof Formats | undefined;
    jest.isolateModules(() => {
      formats = require('../../../core/formats/formats');
    });
    return formats as typeof Formats;
  };

  test('is read where the variable names one, but for files of other kinds', () => {
    writeFileSync(join(folder, 'mine.json'), JSON.stringify(minimal));
    writeFileSync(join(folder, 'README.md'), '# Formats');

    expect(fresh().shippedFormats()).toEqual([minimal]);
    expect(readFormat(join(folder, 'mine.json'))).toEqual(minimal);
  });

  test('whose file has another name than its format is refused', () => {
    writeFileSync(join(folder, 'yours.json'), JSON.stringify(minimal));

    expect(() => fresh().shippedFormats()).toThrow('yours.json calls itself mine.');
  });
});
