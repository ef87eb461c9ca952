import { colours } from '../../../../../core/reports/page/palette';

type Rgb = [number, number, number];

const linear = (hex: string): Rgb =>
  [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as Rgb;

const times = (matrix: readonly (readonly number[])[], rgb: Rgb): Rgb =>
  matrix.map((row) =>
    Math.max(
      0,
      Math.min(
        1,
        row.reduce((sum, factor, at) => sum + factor * (rgb[at] ?? 0), 0),
      ),
    ),
  ) as Rgb;

/** Machado, Oliveira and Fernandes (2009), of full severity, on linear light. */
const visions = {
  'usual vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

/** CIE Lab of linear sRGB under D65. */
const labOf = ([red, green, blue]: Rgb): Rgb => {
  const [x, y, z] = [
    (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
    0.2126 * red + 0.7152 * green + 0.0722 * blue,
    (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
  ].map((value) => (value > 216 / 24_389 ? Math.cbrt(value) : (24_389 / 27 / 116) * value + 16 / 116)) as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

const names = ['very-good', 'good', 'weak', 'none', 'in-service', 'without'] as const;

describe.each(['light', 'dark'] as const)('the colours of tiles, %s', (theme) => {
  describe.each(Object.entries(visions))('with %s', (_, matrix) => {
    const labs = names.map((name) => [name, labOf(times(matrix, linear(colours[`map-${name}`][theme])))] as const);
    const pairs = labs.flatMap(([one, a], at) => labs.slice(at + 1).map(([other, b]) => [one, other, a, b] as const));

    it.each(pairs.map(([one, other, a, b]) => ({ one, other, a, b })))('tell $one from $other', ({ a, b }) => {
      // Ten is what people tell apart at a glance side by side; twice as much where tiles are small.
      expect(Math.hypot(...a.map((value, at) => value - (b[at] ?? 0)))).toBeGreaterThan(20);
    });
  });
});
