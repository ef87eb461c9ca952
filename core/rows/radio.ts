import type { Format } from '../formats/format-schema';

/** How ASU becomes dBm: 3GPP TS 27.007 (+CSQ, +CESQ), with the bounds of each scale. */
const scales = {
  '2G': { min: 0, max: 31, dbm: (asu: number) => 2 * asu - 113 },
  '3G': { min: -5, max: 91, dbm: (asu: number) => asu - 116 },
  '4G': { min: 0, max: 97, dbm: (asu: number) => asu - 140 },
} as const;

type Scaled = keyof typeof scales;

const onScale = (scale: Scaled, asu: number): string => {
  const { min, max, dbm } = scales[scale];
  return asu >= min && asu <= max ? String(dbm(asu)) : '';
};

/**
 * The power in dBm that an ASU value tells; empty where its scale is not known.
 *
 * @param technology as a canonical row has it, empty where it is unknown
 */
const dbmFromAsu = (asu: string, technology: string, scale: Format['asu']): string => {
  if (asu === '' || scale === undefined || !(technology in scales)) return '';
  const value = Number(asu);
  if (scale === 'by technology') return onScale(technology as Scaled, value);
  if (value <= scales['2G'].max) return onScale('2G', value);
  return technology === '4G' ? onScale('4G', value) : '';
};

export { dbmFromAsu };
