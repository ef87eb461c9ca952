import { cleanText, normaliseName } from '../../../core/formats/names';

test.each([
  ['signal', 'signal'],
  ['  Signal ', 'signal'],
  ['SIGNAL', 'signal'],
  ['"signal"', 'signal'],
  ['\ufeff"Signal (ASU)"', 'signal'],
  ['signal (ASU)', 'signal'],
  ['speed [km/h]', 'speed'],
  ['Speed(km/h)', 'speed'],
  ['\u00a0lat\u00a0', 'lat'],
  ['la\u200bt\u2060', 'lat'],
  ['town name', 'town name'],
  ['signal (ASU) raw', 'signal (asu) raw'],
  ['hora_', 'hora_'],
  ['', ''],
  ['(x)', ''],
])('the name %j is %j', (name, expected) => {
  expect(normaliseName(name)).toBe(expected);
});

test.each([
  ['\ufeff movistar\u00a0', 'movistar'],
  ['vodafone\u200b es', 'vodafone es'],
  ['a\u200d b', 'a b'],
  ['\t', ''],
])('the value %j is %j', (text, expected) => {
  expect(cleanText(text)).toBe(expected);
});
