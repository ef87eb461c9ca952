/** Cells that a spreadsheet program takes for formulas, in half and full width, and others that look like them. */
const formulas = [
  '=1+1',
  '=cmd()',
  '+cmd',
  '+1+1',
  '-cmd',
  '-2+3',
  '-1-1',
  '--1',
  '-1e',
  '-1 ',
  '@sum',
  '@sum(a1)',
  '-',
  '+',
  '=',
  '＝1',
  '＝1+1',
  '＋1+1',
  '－1',
  '－2+3',
  '＠sum(a1)',
];

/** Cells that begin with what a spreadsheet program passes over. */
const indentedFormulas = ['\tx', '\t=1', '\rx', '\r=1'];

/** Cells that no spreadsheet program runs; numbers among them, which have to stay numbers. */
const harmless = [
  '',
  'plain',
  'a=b',
  'a＝b',
  '0-1',
  "'=x",
  '1',
  '12',
  '-1',
  '+1',
  '+3',
  '-0.5',
  '-.5',
  '-12.5',
  '-1e-7',
  '+1.5E+3',
];

export { formulas, harmless, indentedFormulas };
