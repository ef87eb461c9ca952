import { escapeHtml } from '../html';

/** Marks of eight pixels a side, beside which a colour need not be seen: stripes, rows of dashes, crosses, dots. */
const marks = {
  'no-service':
    '<rect class="map-ground" width="8" height="8"/><path class="map-mark" d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke-width="1.7"/>',
  'emergency-only':
    '<rect class="map-ground" width="8" height="8"/><path class="map-mark" d="M1 2H4M5 6H8" stroke-width="2"/>',
  'too-few':
    '<rect class="map-haze" width="8" height="8"/><path class="map-faint" d="M2.5 4H5.5M4 2.5V5.5" stroke-width="1"/>',
  'not-measured': '<circle class="map-dot" cx="2" cy="2" r=".7"/><circle class="map-dot" cx="6" cy="6" r=".7"/>',
} as const;

/**
 * Patterns of a drawing as SVG.
 *
 * @param id prefix of their ids
 * @param scale pixels of the drawing's unit, so that the marks are as large on the screen whatever it is
 */
const patterns = (id: string, scale: number): string =>
  `<defs>${Object.entries(marks)
    .map(
      ([name, mark]) =>
        `<pattern id="${escapeHtml(id)}-${name}" patternUnits="userSpaceOnUse" width="8" height="8" patternTransform="scale(${Number((1 / scale).toPrecision(6))})">${mark}</pattern>`,
    )
    .join('')}</defs>`;

export { patterns };
