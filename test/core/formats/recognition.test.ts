import { type Format, formatSchema } from '../../../core/formats/format-schema';
import { bindColumns, recogniseFormat } from '../../../core/formats/recognition';

const makeFormat = (name: string, changes: object = {}): Format =>
  formatSchema.parse({
    name,
    title: `Layout ${name}`,
    source: 'none',
    recognise: ['hour', 'lat', 'long'],
    time: { written: 'day and time', means: 'wall clock', day: 'date', hour: 'hour' },
    columns: { lat: { from: 'lat' }, long: { from: 'long' }, signal: { from: 'signal' } },
    ...changes,
  });

const small = makeFormat('small');
const large = makeFormat('large', { recognise: ['hour', 'lat', 'long', 'net', 'town'] });
const other = makeFormat('other', { recognise: ['time', 'rsrp', 'pci', 'cell id'] });
const formats = [small, large, other];

const recognise = (header: string, known: readonly Format[] = formats) =>
  recogniseFormat('logs.csv', header.split(','), known).name;

const refusal = (header: string, known?: readonly Format[]): Error => {
  try {
    return new Error(`It is ${recognise(header, known)}.`);
  } catch (error) {
    return error as Error;
  }
};

describe('a format is recognised', () => {
  test.each<[string, string, string]>([
    ['by the names that it asks for', 'signal,hour,lat,long', 'small'],
    ['in any order, among others', 'x,long,"LAT ",note,Hour (local),y', 'small'],
    ['as the one that asks for more, where it contains the other', 'hour,lat,long,net,town,more', 'large'],
    ['as the other, where one of those names lacks', 'hour,lat,long,net,more', 'small'],
    ['as the only one that fits', 'pci,Cell ID,time,RSRP [dBm]', 'other'],
  ])('%s: %s', (_, header, name) => {
    expect(recognise(header)).toBe(name);
    expect(recogniseFormat('logs.csv', header.split(','), formats.toReversed()).name).toBe(name);
  });

  test.each([
    ['hour,lat,long,time,rsrp,pci,cell id', 'small', 'other'],
    ['hour,lat,long,net,town,time,rsrp,pci,cell id', 'large', 'other'],
  ])('not where two fit that do not contain each other: %s', (header, one, another) => {
    const error = refusal(header);

    expect(error).toMatchObject({
      name: 'AmbiguousFormat',
      message:
        `logs.csv may be of the layouts ${one} (Layout ${one}) and ${another} (Layout ${another}). ` +
        `Say which: \`cellflow upload --format ${one}\`, or the object's metadata \`format\`.`,
    });
  });

  test('not where two ask for the same', () => {
    const twin = makeFormat('twin', { recognise: ['long', 'lat', 'hour'] });

    expect(refusal('hour,lat,long', [small, twin])).toMatchObject({ name: 'AmbiguousFormat' });
  });
});

describe('a header that fits no format', () => {
  test.each<[string, string, RegExp]>([
    [
      'names the nearest and the name that it lacks',
      'hour,lat,signal',
      /lacks the column long of the nearest layout, small \(Layout small\)\./,
    ],
    ['names all that it lacks', 'time,rsrp', /lacks the columns pci, cell id of the nearest layout, other/],
    ['is nearest by its share', 'lat,long,net,town', /lacks the column hour of the nearest layout, large/],
    [
      'is of no known layout where it has none of the names',
      'a,b',
      /is of no layout that is known\..*The first line has to name the columns/,
    ],
  ])('%s', (_, header, message) => {
    const error = refusal(header);

    expect(error.name).toBe('MissingColumns');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(
      `Its header has ${header
        .split(',')
        .map((name) => `"${name}"`)
        .join(', ')}.`,
    );
    expect(error.message).toMatch(/added by one file: docs\/formats\.md.*cellflow check FILE --format my\.json/);
  });

  test('is told where there are no formats at all', () => {
    expect(refusal('hour,lat,long', [])).toMatchObject({ name: 'MissingColumns' });
  });

  test('is told without values, where it is a row', () => {
    expect(refusal('Mr Smith,00:01:16,lat').message).not.toMatch(/Smith|00:01/);
  });
});

describe('columns', () => {
  const bind = (format: Format, header: string) => bindColumns('logs.csv', format, header.split(','));

  test('are bound by their names, and left out where the header lacks them', () => {
    expect(bind(small, 'note,LONG,lat,hour,Signal (ASU)')).toEqual({ long: [1], lat: [2], hour: [3], signal: [4] });
    expect(bind(small, 'hour,lat,long,signal,date')).toMatchObject({ date: [4] });
  });

  test('are bound by the first of several names that is there', () => {
    const format = makeFormat('several', { columns: { ...small.columns, town: { from: ['town', 'town_name'] } } });

    expect(bind(format, 'hour,lat,long,signal,town_name')).toMatchObject({ town: [4] });
    expect(bind(format, 'hour,lat,long,signal,town_name,town')).toMatchObject({ town: [5] });
  });

  test('are bound to each place that is asked in turn', () => {
    const format = makeFormat('turns', {
      columns: { ...small.columns, technology: { from: 'net', else: ['mode', 'type'] } },
    });

    expect(bind(format, 'hour,lat,long,signal,type,net')).toMatchObject({ technology: [5, 4] });
    expect(bind(format, 'hour,lat,long,signal,mode')).toMatchObject({ technology: [4] });
    expect(bind(format, 'hour,lat,long,signal')).not.toHaveProperty('technology');
  });

  test('are joined where all their parts are there', () => {
    const format = makeFormat('joined', {
      columns: { ...small.columns, cell: { join: ['mcc', ['mnc', 'net'], 'id'] } },
    });

    expect(bind(format, 'hour,lat,long,signal,id,mcc,net')).toMatchObject({ cell: [5, 6, 4] });
    expect(bind(format, 'hour,lat,long,signal,id,mcc')).not.toHaveProperty('cell');
  });

  test('tell the time, and the rows that are left out', () => {
    const format = makeFormat('moments', {
      time: { written: 'iso', means: 'moments', from: ['measured_at', 'time'] },
      leaveOut: { from: 'role', values: ['neighbour'], because: 'they did not serve' },
    });

    expect(bind(format, 'time,lat,long,signal,role')).toMatchObject({ moment: [0], leaveOut: [4] });
  });

  test.each<[string, string, Format, RegExp]>([
    ['a time', 'lat,long,signal', small, /lacks the column hour\./],
    ['a place', 'hour,signal', small, /lacks the columns lat, long\./],
    ['what was measured', 'hour,lat,long', small, /lacks the column signal or status\./],
    [
      'a moment',
      'lat,long,signal',
      makeFormat('iso', { time: { written: 'iso', means: 'moments', from: 'at' } }),
      /column moment\./,
    ],
  ])('have to have %s', (_, header, format, message) => {
    const bound = () => bind(format, header);

    expect(bound).toThrow(message);
    expect(bound).toThrow(/A measurement needs a time, a place, and a signal or a service status\. Its header has "/);
    expect(bound).toThrow(expect.objectContaining({ name: 'MissingColumns' }));
  });

  test.each(['status', 'signal_dbm'])('may have %s for what was measured', (column) => {
    const { signal, ...rest } = small.columns;
    const format = makeFormat('other', { columns: { ...rest, [column]: { from: 'signal' } } });

    expect(bind(format, 'hour,lat,long,signal')).toHaveProperty(column);
  });

  test('that are there twice are refused', () => {
    const bound = () => bind(small, 'hour,lat,long,signal,note,note,Lat');

    expect(bound).toThrow('logs.csv has the column lat twice (columns 2 and 7). Keep one of them.');
    expect(bound).toThrow(expect.objectContaining({ name: 'UnreadableUpload' }));
  });
});
