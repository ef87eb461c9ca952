import type { DecimalSign } from './numbers';
import type { DateOrder } from './times';

/** What may stand between columns. */
const delimiters = [',', ';', '\t', '|'] as const;

type Delimiter = (typeof delimiters)[number];

/** How a file writes what the contract is about. */
interface Dialect {
  delimiter: Delimiter;
  decimal: DecimalSign;
  /** Where dates have slashes: what the file as a whole can only mean. */
  dateOrder?: DateOrder;
}

const inWords: Readonly<Record<Delimiter, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
};

/** A dialect as people are told of it. */
const describeDialect = ({ delimiter, decimal, dateOrder }: Dialect): string =>
  [
    `${inWords[delimiter]} between columns`,
    decimal === ',' && 'decimal commas',
    dateOrder && `the ${dateOrder} in dates`,
  ]
    .filter(Boolean)
    .join(', ');

/** Whether a row has the columns of its header: empty fields more than those do no harm. */
const hasWidth = (fields: readonly string[] | undefined, width: number): boolean =>
  fields !== undefined && (fields.length === width || (fields.length > width && fields.slice(width).every(isEmpty)));

const isEmpty = (field: string): boolean => field.trim() === '';

export type { Delimiter, Dialect };
export { delimiters, describeDialect, hasWidth };
