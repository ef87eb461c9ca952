import type { Weighted } from '../distributions';
import { type Fault, type Fields, set } from '../faults';
import { clock, measure } from '../measurements';
import { drawFrom, type Random } from '../random';
import type { Layout } from './layout';

const drawTown = drawFrom([
  ['Navàs', 5],
  ["l'Hospitalet de Llobregat", 4],
  ['Prat de Llobregat, el', 3],
  ['Sant Cugat del Vallès', 3],
  ['Barcelona', 9],
] satisfies Weighted<string>);

/** What the data set says, and nothing in 6 of 100 rows. */
const drawNet = drawFrom([
  ['4G', 38],
  ['3G', 34],
  ['2G', 20],
  ['', 6],
] satisfies Weighted<string>);

/** In most rows the phone was in service for emergency calls only, as the app told it. */
const drawState = drawFrom([
  [['2', 'STATE_EMERGENCY_ONLY'], 75],
  [['0', 'STATE_IN_SERVICE'], 20],
  [['1', 'STATE_OUT_OF_SERVICE'], 4],
  [['3', 'STATE_POWER_OFF'], 1],
] satisfies Weighted<readonly [string, string]>);

/** What the capture measured, in the words of the data set. */
const fieldsAt = (second: number, random: Random): Fields => {
  const fields = measure(second, random);
  const [status, description] = drawState(random);
  return {
    ...fields,
    hour: clock(second),
    status,
    description,
    net: drawNet(random),
    downloadSpeed: '',
    uploadSpeed: '',
    postal_code: (fields.postal_code as string).replace('.0', '').padStart(6, '0').replace(/^0+$/, ''),
    town_name: drawTown(random),
    position_geom: `POINT(${fields.long} ${fields.lat})`,
  };
};

/** Values that the data set really has, and a few that cost the row. */
const dirt: readonly Fault[] = [
  { name: 'provider in capitals', spoil: set('provider', 'GPS', 'NETWORK') },
  { name: 'provider that is none', spoil: set('provider', 'local_database', 'disabled', 'gps1503861559460') },
  { name: 'satellites beyond all', spoil: set('satellites', '11503299477926.0') },
  { name: 'accuracy beyond all', spoil: set('precission', '200000000000000.0') },
  { name: 'network and operator in words for none', spoil: set('network', 'null', 'N/A', ' ') },
  { name: 'operator by its code', spoil: set('operator', '21401', '?????') },
  { name: 'code that a spreadsheet spoiled', spoil: set('postal_code', '80193.0', '80193', '080193.0') },
  { name: 'signal unknown', spoil: set('signal', '99', '255', '2147483647') },
  { name: 'activity empty', spoil: set('activity', '') },
  { name: 'no-break and zero-width spaces', spoil: set('operator', '\u00a0Movistar\u200b') },
  { name: 'no time', spoil: set('hour', '', '24:00:00') },
  { name: 'no place', spoil: set('lat', '', '417.23', 'n/a') },
];

/** The public data set with all of its columns. */
const generalitat: Layout = {
  columns: [
    'date',
    'hour',
    'lat',
    'long',
    'signal',
    'network',
    'operator',
    'status',
    'description',
    'net',
    'speed',
    'satellites',
    'precission',
    'provider',
    'activity',
    'downloadSpeed',
    'uploadSpeed',
    'postal_code',
    'town_name',
    'position_geom',
  ],
  delimiter: ',',
  end: '\n',
  rows: () => (moment, random) => ({ date: moment.date, ...fieldsAt(moment.second, random) }),
  dirt,
};

/** The portal's names, by those of the data set. */
const portalNames: Readonly<Record<string, string>> = {
  hour: 'hora_',
  long: 'long_',
  signal: 'senyal',
  network: 'xarxa',
  operator: 'operador',
  description: 'desc_',
  activity: 'activitat',
};

const inCatalan = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, text]) => [portalNames[name] ?? name, text]));

/** The same data set as the portal hands it out. */
const generalitatPortal: Layout = {
  columns: [
    'date',
    'hora_',
    'timestamp_',
    'lat',
    'long_',
    'senyal',
    'xarxa',
    'operador',
    'status',
    'desc_',
    'speed',
    'satellites',
    'activitat',
    'downloadspeed',
    'uploadspeed',
  ],
  delimiter: ',',
  end: '\n',
  rows:
    () =>
    ({ date, second }, random) => ({
      ...inCatalan(fieldsAt(second, random)),
      date: `${date}T00:00:00.000`,
      timestamp_: `${date}T${clock(second)}.000`,
    }),
  dirt: [
    { name: 'satellites beyond all', spoil: set('satellites', '11503299477926.0') },
    { name: 'network in words for none', spoil: set('xarxa', 'null', 'N/A', ' ') },
    { name: 'operator by its code', spoil: set('operador', '21401', '?????') },
    { name: 'signal unknown', spoil: set('senyal', '99', '255', '2147483647') },
    { name: 'activity empty', spoil: set('activitat', '') },
    { name: 'no time', spoil: set('hora_', '', '24:00:00') },
    { name: 'no place', spoil: set('long_', '', '-181') },
  ],
};

export { generalitat, generalitatPortal };
