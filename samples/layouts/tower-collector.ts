import { type Fields, set } from '../faults';
import type { Random } from '../random';
import { instant, type Layout } from './layout';
import { asuOf, cellOf, type Reading, read, type Technology, whole } from './radio';

const words: Readonly<Record<Technology, string>> = { '2G': 'GSM', '3G': 'UMTS', '4G': 'LTE', '5G': 'NR' };

/** One row in so many is that of a cell which the phone heard beside its own. */
const neighbourShare = 0.3;

/** Fields of the serving cell; a neighbour is heard weaker, and its distance is not known. */
const cellFields = (reading: Reading, isNeighbour: boolean, random: Random): Fields => {
  const { technology, dbm } = reading;
  const isUnknown = random() < 0.01;
  const power = isUnknown ? '' : `${dbm}`;
  return {
    mcc: `${reading.mcc}`,
    mnc: `${reading.mnc}`,
    lac: `${reading.area}`,
    cell_id: `${cellOf(reading)}`,
    short_cell_id: technology === '3G' || technology === '4G' ? `${reading.sector}` : '',
    rnc: technology === '3G' || technology === '4G' ? `${reading.node}` : '',
    psc: technology === '2G' ? '' : `${whole(random, 504)}`,
    asu: isUnknown ? '' : `${asuOf(reading)}`,
    dbm: power,
    ta: isNeighbour || technology === '3G' ? '' : `${whole(random, 20)}`,
    net_type: words[technology],
    neighboring: `${isNeighbour}`,
    rsrp: technology === '4G' ? power : '',
    rsrq: technology === '4G' ? `${reading.quality}` : '',
    rssi: technology === '2G' || technology === '4G' ? power : '',
    rssnr: technology === '4G' ? `${reading.sinr}` : '',
    rscp: '',
    ss_rsrp: technology === '5G' ? power : '',
    ss_rsrq: technology === '5G' ? `${reading.quality}` : '',
    ss_sinr: technology === '5G' ? `${reading.sinr}` : '',
    ec_no: technology === '3G' ? `${reading.quality}` : '',
    arfcn: `${whole(random, 3000)}`,
  };
};

const placeFields = (reading: Reading, at: string, random: Random): Fields => ({
  lat: reading.lat.toFixed(8),
  lon: reading.long.toFixed(8),
  accuracy: `${reading.accuracy}`,
  speed: `${reading.speed}`,
  bearing: `${whole(random, 36_000) / 100}`,
  altitude: `${whole(random, 60_000) / 100}`,
  measured_at: at,
  discovered_at: at,
  device: 'Example Nine 5G',
});

/** Tower Collector's export: a row a cell, neighbours after the cell that serves. */
const rows = (): ReturnType<Layout['rows']> => {
  let served: { reading: Reading; place: Fields } | undefined;
  return (moment, random) => {
    if (served !== undefined && random() < neighbourShare) {
      const { reading, place } = served;
      const dbm = Math.max(-113, reading.dbm - 6);
      return { ...place, ...cellFields({ ...reading, dbm, sector: reading.sector + 1 }, true, random) };
    }
    const reading = read(moment.second, random);
    const place = placeFields(reading, new Date(instant(moment, whole(random, 1000))).toISOString(), random);
    served = { reading, place };
    return { ...place, ...cellFields(reading, false, random) };
  };
};

const towerCollector: Layout = {
  columns: [
    'mcc',
    'mnc',
    'lac',
    'cell_id',
    'short_cell_id',
    'rnc',
    'psc',
    'asu',
    'dbm',
    'ta',
    'lat',
    'lon',
    'accuracy',
    'speed',
    'bearing',
    'altitude',
    'measured_at',
    'net_type',
    'neighboring',
    'discovered_at',
    'device',
    'rsrp',
    'rsrq',
    'rssi',
    'rssnr',
    'cqi',
    'rscp',
    'csi_rsrp',
    'csi_rsrq',
    'csi_sinr',
    'ss_rsrp',
    'ss_rsrq',
    'ss_sinr',
    'cdma_dbm',
    'cdma_ecio',
    'evdo_dbm',
    'evdo_ecio',
    'evdo_snr',
    'ec_no',
    'arfcn',
  ],
  delimiter: ',',
  end: '\r\n',
  quoted: ['measured_at', 'discovered_at', 'device'],
  rows,
  dirt: [
    { name: 'network of no known kind', spoil: set('net_type', 'UNKNOWN', 'TD-SCDMA', 'CDMA') },
    { name: 'power that was none', spoil: set('dbm', '2147483647', '0', '') },
    { name: 'ASU unknown', spoil: set('asu', '99', '255') },
    { name: 'no country', spoil: set('mcc', '') },
    { name: 'cell unknown', spoil: set('cell_id', '2147483647', '-1') },
    { name: 'SINR in tenths', spoil: set('rssnr', '130', '-120') },
    { name: 'no place', spoil: set('lat', '', '91.00000000') },
    { name: 'no time', spoil: set('measured_at', '', '2026-13-01T08:00:00.000Z') },
  ],
};

export { towerCollector };
