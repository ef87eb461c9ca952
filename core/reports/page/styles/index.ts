import { mapCss } from '../map/style';
import { base } from './base';
import { charts } from './charts';
import { contents } from './contents';
import { parts } from './parts';
import { print } from './print';
import { quality } from './quality';
import { tables } from './tables';
import { top } from './top';

/** The page's style sheet. */
const css = [base, top, contents, parts, charts, tables, quality, mapCss, print].join('').trim().replaceAll('\n', '');

export { css };
