import { type Fields, set } from '../faults';
import { clock, type Moment } from '../measurements';
import type { Random } from '../random';
import type { Layout } from './layout';
import { type Reading, read, type Technology, whole } from './radio';

const modes: Readonly<Record<Technology, readonly string[]>> = {
  '2G': ['EDGE', 'GPRS'],
  '3G': ['HSPA+', 'HSDPA', 'HSUPA', 'UMTS'],
  '4G': ['LTE'],
  '5G': ['5G'],
};

/** Share of rows in which the phone had no network at all. */
const noCoverageShare = 0.02;

const timestamp = ({ date, second }: Moment): string =>
  `${date.replaceAll('-', '.')}_${clock(second).replaceAll(':', '.')}`;

const noCoverage: Fields = {
  Operatorname: 'NO_COVERAGE',
  NetworkTech: '--',
  NetworkMode: '--',
  Level: '-200',
  Qual: '-',
  SNR: '-',
  CQI: '-',
  LTERSSI: '-',
};

const radioFields = (reading: Reading, random: Random): Fields => {
  const { technology } = reading;
  const has = technology === '4G' || technology === '5G';
  const names = modes[technology];
  return {
    Operatorname: reading.operator,
    Operator: `${reading.mcc}${`${reading.mnc}`.padStart(2, '0')}`,
    Node: technology === '2G' ? '' : `${reading.node}`,
    CellID: `${reading.sector}`,
    LAC: `${reading.area}`,
    NetworkTech: technology,
    NetworkMode: names[whole(random, names.length)] as string,
    Level: `${reading.dbm}`,
    Qual: random() < 0.1 ? '-' : `${reading.quality}`,
    SNR: has && random() < 0.9 ? reading.sinr.toFixed(1) : '-',
    CQI: has ? `${1 + whole(random, 15)}` : '-',
    LTERSSI: technology === '4G' ? `${reading.dbm + 25}` : '-',
    ARFCN: `${whole(random, 3000)}`,
    PSC: `${whole(random, 504)}`,
  };
};

/** Bit rates in kbit/s, and a ping every tenth row. */
const dataFields = (random: Random): Fields => {
  const isPinged = random() < 0.1;
  const average = 20 + whole(random, 200);
  const busy = random() < 0.6;
  return {
    DL_bitrate: `${busy ? whole(random, 90_000) : 0}`,
    UL_bitrate: `${busy ? whole(random, 9_000) : 0}`,
    State: busy ? 'D' : 'I',
    PINGAVG: isPinged ? `${average}` : '-',
    PINGMIN: isPinged ? `${average - 8}` : '-',
    PINGMAX: isPinged ? `${average + 30}` : '-',
    PINGSTDEV: isPinged ? '6' : '-',
    PINGLOSS: isPinged ? '0' : '-',
  };
};

/** G-NetTrack Pro's text log: tabs, one of them at the end of each row as well. */
const gnettrackPro: Layout = {
  columns: [
    'Timestamp',
    'Longitude',
    'Latitude',
    'Speed',
    'Operatorname',
    'Operator',
    'CGI',
    'Cellname',
    'Node',
    'CellID',
    'LAC',
    'NetworkTech',
    'NetworkMode',
    'Level',
    'Qual',
    'SNR',
    'CQI',
    'LTERSSI',
    'ARFCN',
    'DL_bitrate',
    'UL_bitrate',
    'PSC',
    'Altitude',
    'Height',
    'Accuracy',
    'Location',
    'State',
    'PINGAVG',
    'PINGMIN',
    'PINGMAX',
    'PINGSTDEV',
    'PINGLOSS',
  ],
  delimiter: '\t',
  end: '\r\n',
  trailing: true,
  rows: () => (moment, random) => {
    const reading = read(moment.second, random);
    return {
      Timestamp: timestamp(moment),
      Longitude: reading.long.toFixed(6),
      Latitude: reading.lat.toFixed(6),
      Speed: `${Math.round(reading.speed * 3.6)}`,
      Altitude: `${whole(random, 600)}`,
      Accuracy: `${Math.round(reading.accuracy)}`,
      ...(random() < noCoverageShare ? noCoverage : radioFields(reading, random)),
      ...dataFields(random),
    };
  },
  dirt: [
    { name: 'level beyond all', spoil: set('Level', '-164', '-340') },
    { name: 'level unknown', spoil: set('Level', '-200', '2147483647', '-') },
    { name: 'operator unknown', spoil: set('Operatorname', '') },
    { name: 'network of no known kind', spoil: set('NetworkTech', '--', '6G') },
    { name: 'no fix', spoil: set('Longitude', '', '-') },
    { name: 'time cut short', spoil: set('Timestamp', '2026.03.02_08', '') },
  ],
};

export { gnettrackPro };
