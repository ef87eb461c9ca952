import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { type Column, columns } from '../../contract';
import { formatSchema, type Source } from '../../core/formats/format-schema';
import { formatFiles, normaliseName, readFormat, recognised, shippedTable } from './shipped';

const columnOf = (name: string): Column => columns.find((column) => column.name === name) as Column;

const placesOf = ({ from = [], else: others = [], join: joined = [] }: Source): string[] => [
  ...[from].flat(),
  ...others,
  ...joined.flat(),
];

const isNumber = ({ rule }: Column): boolean => rule.kind === 'whole' || rule.kind === 'decimal';

describe.each(formatFiles)('format %s', (file) => {
  const format = readFormat(file);
  const sources = Object.entries(format.columns) as [string, Source][];

  it('has the name of its file', () => {
    expect(format.name).toBe(file);
  });

  it('reads a place', () => {
    expect(format.columns).toHaveProperty('lat');
    expect(format.columns).toHaveProperty('long');
  });

  it('reads what makes a row a measurement: signal, dBm or status', () => {
    expect(['signal', 'signal_dbm', 'status'].filter((name) => name in format.columns)).not.toEqual([]);
  });

  it('says once where each value stands', () => {
    for (const [name, { from, join: joined, else: others }] of sources) {
      expect({ name, ways: [from, joined].filter((way) => way !== undefined).length }).toEqual({ name, ways: 1 });
      expect({ name, asked: others !== undefined && from === undefined }).toEqual({ name, asked: false });
    }
  });

  it('names columns as a header has them once its names are normalised', () => {
    const { time, leaveOut, recognise } = format;
    const named = [
      ...recognise,
      ...sources.flatMap(([, source]) => placesOf(source)),
      ...[time.from, time.day, time.hour, leaveOut?.from].flatMap((from) => from ?? []),
    ];
    expect(named).toEqual(named.map(normaliseName));
  });

  it('gives days and times in two columns, everything else in one', () => {
    const { written, from, hour } = format.time;
    const isTwo = written === 'day and time';
    expect({ one: from !== undefined, two: hour !== undefined }).toEqual({ one: !isTwo, two: isTwo });
  });

  it('multiplies numbers and pads codes, nothing else', () => {
    for (const [name, { times, digits }] of sources) {
      if (times !== undefined) expect({ name, isNumber: isNumber(columnOf(name)) }).toEqual({ name, isNumber: true });
      if (digits !== undefined) expect(columnOf(name).rule.kind).toBe('code');
    }
  });

  it('has words in lower case that stand for values of the column', () => {
    for (const [name, { words = {}, unknown = [] }] of sources) {
      const { rule } = columnOf(name);
      expect([...Object.keys(words), ...unknown]).toEqual(
        [...Object.keys(words), ...unknown].map((word) => word.toLowerCase()),
      );
      for (const value of Object.values(words)) {
        if (rule.kind === 'choice') expect(rule.of).toContain(value);
        if (isNumber(columnOf(name))) expect(Number(value)).not.toBeNaN();
      }
    }
  });

  it('tells the scale of ASU only where there are ASU and a technology', () => {
    if (format.asu === undefined) return;
    expect(format.columns).toHaveProperty('signal');
    expect(format.columns).toHaveProperty('technology');
  });

  it('says where its facts come from', () => {
    expect(format.source.length).toBeGreaterThan(20);
  });
});

/** Headers as exporters write them, of several versions. */
const headers: readonly (readonly [string, string, string])[] = [
  [
    'cellflow',
    ',',
    'hour,lat,long,signal,network,operator,status,description,speed,satellites,precission,provider,activity,postal_code',
  ],
  [
    'cellflow',
    ',',
    'hour,lat,long,signal,network,operator,status,description,speed,satellites,precission,provider,activity,postal_code,net',
  ],
  ['cellflow', ';', '\ufeff"Date";"Hour";"Lat";"Long";"Signal (ASU)";"Status"'],
  [
    'generalitat',
    ',',
    'date,hour,lat,long,signal,network,operator,status,description,net,speed,satellites,precission,provider,activity,downloadSpeed,uploadSpeed,postal_code,town_name,position_geom',
  ],
  [
    'generalitat-portal',
    ',',
    'date,hora_,timestamp_,lat,long_,senyal,xarxa,operador,status,desc_,speed,satellites,activitat,downloadspeed,uploadspeed',
  ],
  [
    'tower-collector',
    ',',
    'mcc,mnc,lac,cell_id,psc,asu,dbm,ta,lat,lon,accuracy,speed,bearing,altitude,measured_at,net_type,neighboring,device',
  ],
  [
    'tower-collector',
    ',',
    'mcc,mnc,lac,cell_id,short_cell_id,rnc,psc,asu,dbm,ta,lat,lon,accuracy,speed,bearing,altitude,measured_at,net_type,neighboring,device,rsrp,rsrq,rssi,rssnr,cqi,rscp,csi_rsrp,csi_rsrq,csi_sinr,ss_rsrp,ss_rsrq,ss_sinr,cdma_dbm,cdma_ecio,evdo_dbm,evdo_ecio,evdo_snr,ec_no,arfcn',
  ],
  [
    'gnettrack-pro',
    '\t',
    'Timestamp\tLongitude\tLatitude\tOperatorname\tOperator\tCellname\tNode\tCellID\tLAC\tNetworkTech\tLevel\tQual\tSNR\tCQI\tLTERSSI\tARFCN\tPSC\tAltitude\tDistance\tTA\tBAND',
  ],
  [
    'gnettrack-pro',
    ',',
    'Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP,RSRQ,SNR,CQI,RSSI,DL_bitrate,UL_bitrate,State,PINGAVG,PINGMIN,PINGMAX,PINGSTDEV,PINGLOSS,CELLHEX,NODEHEX,LACHEX,RAWCELLID,NRxRSRP,NRxRSRQ',
  ],
  ['opencellid', ',', 'mcc,mnc,lac,cellid,lon,lat,signal,measured_at,rating,speed,direction,act'],
  ['opencellid', ',', 'lat,lon,mcc,mnc,lac,cellid,signal,measured_at,rating,speed,direction,act'],
];

test.each(headers)('a header of %s is taken for that and nothing else', (name, delimiter, header) => {
  expect(recognised(header.split(delimiter))).toEqual([name]);
});

test('a header that no format fits is taken for none', () => {
  expect(recognised(['time', 'latitude', 'longitude', 'rsrp'])).toEqual([]);
});

test('no two formats are recognised by the same names', () => {
  const keys = formatFiles.map((name) => [...readFormat(name).recognise].sort().join());
  expect(new Set(keys).size).toBe(keys.length);
});

describe('docs/formats.md', () => {
  const text = readFileSync(join(__dirname, '../../docs/formats.md'), 'utf8');
  const block = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';

  it('lists the formats that are shipped', () => {
    const table = /<!-- formats: shipped -->\n([\s\S]*?)\n<!-- \/formats -->/.exec(text)?.[1];
    expect(table).toBe(shippedTable());
  });

  it('adds a format that is one, and fits its file', () => {
    const { recognise } = formatSchema.parse(JSON.parse(block('json')));
    const header = (block('csv').split('\n')[0] as string).split(';').map(normaliseName);
    expect(recognise.filter((name) => !header.includes(name))).toEqual([]);
    expect(recognised(header)).toEqual([]);
  });
});
