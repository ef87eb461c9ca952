/**
 * The page's colours, by name, in light and dark. Charts are drawn with the light ones; the SVG writer puts the name
 * (`var(--…)`) in place of the colour, so that one chart serves both.
 *
 * Series are told apart by people with any colour vision (after Okabe and Ito), steps of a scale by lightness alone; all
 * series have a contrast of 3 to 1 against the ground.
 */
const colours = {
  ground: { light: '#f6f7f9', dark: '#101318' },
  surface: { light: '#ffffff', dark: '#181c23' },
  ink: { light: '#17202b', dark: '#e8ebf0' },
  soft: { light: '#566273', dark: '#a3adbb' },
  rule: { light: '#e1e5ea', dark: '#2b323d' },
  axis: { light: '#b4bcc7', dark: '#4c5665' },
  link: { light: '#0b5cad', dark: '#7db8f5' },
  good: { light: '#0c7a5b', dark: '#4fc79f' },
  warn: { light: '#a8480c', dark: '#f2a169' },
  'warn-ground': { light: '#fdf3ea', dark: '#2c2119' },
  'series-1': { light: '#1f6fb5', dark: '#5fa8e8' },
  'series-2': { light: '#d2640f', dark: '#f0914f' },
  'series-3': { light: '#0d8a6c', dark: '#3fbf9c' },
  'series-4': { light: '#b3589a', dark: '#dd8fc7' },
  'series-5': { light: '#98790a', dark: '#dcb840' },
  'series-6': { light: '#5a616c', dark: '#aab2be' },
  'series-7': { light: '#3d93c9', dark: '#9ad3f7' },
  'step-1': { light: '#a9d8b0', dark: '#34528a' },
  'step-2': { light: '#70bfb0', dark: '#2f73a8' },
  'step-3': { light: '#3f9fb6', dark: '#3291ad' },
  'step-4': { light: '#2a79a9', dark: '#4fb3a8' },
  'step-5': { light: '#2a5394', dark: '#8fcf96' },
  'step-6': { light: '#2b2f70', dark: '#e3e89a' },
  // Classes of coverage in charts: those of the map, but for the last digit, by which the SVG writer tells names apart.
  'coverage-very-good': { light: '#1d5a9f', dark: '#4a94e1' },
  'coverage-good': { light: '#7ab8e4', dark: '#b3dcf6' },
  'coverage-weak': { light: '#f2b633', dark: '#f0b540' },
  'coverage-none': { light: '#b8410c', dark: '#cf5419' },
  // Service status.
  'status-in-service': { light: '#0b7d62', dark: '#3fbf9d' },
  'status-emergency-only': { light: '#c98a0b', dark: '#e0b042' },
  'status-out-of-service': { light: '#a02645', dark: '#e06c8e' },
  'status-radio-off': { light: '#7c8694', dark: '#8b95a4' },
  // Text on them.
  'on-coverage-very-good': { light: '#fbfdfe', dark: '#0b1017' },
  'on-coverage-good': { light: '#0b1118', dark: '#0a1016' },
  'on-coverage-weak': { light: '#0b1117', dark: '#0b1018' },
  'on-coverage-none': { light: '#fbfcfd', dark: '#05080b' },
  'on-status-in-service': { light: '#fafcfd', dark: '#0a1017' },
  'on-status-emergency-only': { light: '#0b1119', dark: '#0a1018' },
  'on-status-out-of-service': { light: '#fafcfe', dark: '#0a1019' },
  'on-status-radio-off': { light: '#0b111a', dark: '#0a101a' },
  // Text on a step of the scale.
  'on-step-1': { light: '#17202c', dark: '#f1f3f6' },
  'on-step-2': { light: '#17202d', dark: '#f1f3f7' },
  'on-step-3': { light: '#0d1117', dark: '#0d1218' },
  'on-step-4': { light: '#fefefe', dark: '#0c1117' },
  'on-step-5': { light: '#fdfdfd', dark: '#0b1016' },
  'on-step-6': { light: '#fcfcfc', dark: '#0a0f15' },
  // The map: what lies beneath, then the looks of its tiles, which are told apart with any colour vision.
  'map-sea': { light: '#dbe7ef', dark: '#0e1a26' },
  'map-land': { light: '#f5f3ee', dark: '#232933' },
  'map-line': { light: '#7d8894', dark: '#6f7c8c' },
  'map-very-good': { light: '#1d5a9e', dark: '#4a94e0' },
  'map-good': { light: '#7ab8e3', dark: '#b3dcf5' },
  'map-weak': { light: '#f2b632', dark: '#f0b53f' },
  'map-none': { light: '#b8410b', dark: '#cf5418' },
  'map-in-service': { light: '#9aa5a0', dark: '#7f8b88' },
  'map-without': { light: '#2a1230', dark: '#050307' },
  'map-on-without': { light: '#f7f2f8', dark: '#e6d9ea' },
  'map-faint': { light: '#6d7783', dark: '#97a3b2' },
} as const satisfies Record<string, { light: string; dark: string }>;

type ColourName = keyof typeof colours;

/** The light colour of a name: what ECharts is given. */
const colour = (name: ColourName): string => colours[name].light;

const seriesCount = 7;
const stepCount = 6;

const seriesColour = (index: number): string => colour(`series-${(index % seriesCount) + 1}` as ColourName);
const stepColour = (step: number): string => colour(`step-${step + 1}` as ColourName);
const onStepColour = (step: number): string => colour(`on-step-${step + 1}` as ColourName);

/** Endings of a column's name that have a colour of their own wherever they are drawn. */
const meanings = [
  'coverage-very-good',
  'coverage-good',
  'coverage-weak',
  'coverage-none',
  'status-in-service',
  'status-emergency-only',
  'status-out-of-service',
  'status-radio-off',
] as const satisfies ColourName[];

/** What a column counts, as a colour: `share_very_good` is `coverage-very-good`. */
const meaningOf = (column: string): (typeof meanings)[number] | undefined => {
  const name = column.replaceAll('_', '-');
  return meanings.find((meaning) => {
    const words = meaning.slice(meaning.indexOf('-') + 1);
    return name === words || name.endsWith(`-${words}`);
  });
};

const names = new Map<string, string>(Object.entries(colours).map(([name, { light }]) => [light, `var(--${name})`]));

/** The name of a colour that {@link colour} gave, as CSS reads it. */
const colourVariable = (light: string): string | undefined => names.get(light.toLowerCase());

const declarations = (theme: 'light' | 'dark'): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value[theme]}`)
    .join(';');

export type { ColourName };
export {
  colour,
  colours,
  colourVariable,
  declarations,
  meaningOf,
  meanings,
  onStepColour,
  seriesColour,
  seriesCount,
  stepColour,
  stepCount,
};
