import { type Fields, set } from '../faults';
import type { Random } from '../random';
import { instant, type Layout } from './layout';
import { asuOf, cellOf, type Reading, read, type Technology, whole } from './radio';

const words: Readonly<Record<Technology, readonly string[]>> = {
  '2G': ['GSM', 'GPRS', 'EDGE'],
  '3G': ['UMTS', 'HSPA', 'HSDPA'],
  '4G': ['LTE'],
  '5G': ['NR'],
};

/** Most who send measurements send dBm, the others ASU. */
const dbmShare = 0.6;

const signal = (reading: Reading, random: Random): string => {
  if (random() < dbmShare) return `${reading.dbm}`;
  const asu = asuOf(reading);
  return `${asu === 0 ? 1 : asu}`;
};

const openCellId: Layout = {
  columns: [
    'mcc',
    'mnc',
    'lac',
    'cellid',
    'lon',
    'lat',
    'signal',
    'measured_at',
    'rating',
    'speed',
    'direction',
    'act',
  ],
  delimiter: ',',
  end: '\n',
  rows: () => (moment, random) => {
    const reading = read(moment.second, random);
    const names = words[reading.technology];
    const fields: Fields = {
      mcc: `${reading.mcc}`,
      mnc: `${reading.mnc}`,
      lac: `${reading.area}`,
      cellid: `${cellOf(reading)}`,
      lon: reading.long.toFixed(6),
      lat: reading.lat.toFixed(6),
      signal: signal(reading, random),
      measured_at: `${instant(moment, whole(random, 1000))}`,
      rating: reading.accuracy.toFixed(1),
      speed: `${Math.round(reading.speed)}`,
      direction: `${whole(random, 360)}`,
      act: names[whole(random, names.length)] as string,
    };
    return fields;
  },
  dirt: [
    { name: 'signal that was not sent', spoil: set('signal', '0', '') },
    { name: 'signal unknown', spoil: set('signal', '99', '255') },
    { name: 'signal beyond all', spoil: set('signal', '-16', '120', '-170') },
    { name: 'kind of network unknown', spoil: set('act', '', 'EVDO_A', 'WIMAX') },
    { name: 'accuracy and speed unknown', spoil: set('rating', '', '-1') },
    { name: 'no place', spoil: set('lon', '', '200.000000') },
    { name: 'no time', spoil: set('measured_at', '', 'yesterday') },
  ],
};

export { openCellId };
