import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { CellflowError } from '../platform/errors';
import { type Format, formatSchema, readColumns } from './format-schema';

/** A file of a format is not what `docs/formats.md` says. */
class UnusableFormat extends CellflowError {}

/** The shipped formats: beside the functions' code on AWS, in `formats/` of the repository elsewhere. */
const formatsFolder = (): string =>
  process.env.CELLFLOW_FORMATS ?? join(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), 'formats');

/** Where a format leaves columns to their names, all of them are written out. */
const withOthers = (format: Format): Format => {
  if (format.others === undefined) return format;
  const byName = Object.fromEntries(readColumns.map((name) => [name, { from: name }]));
  return { ...format, columns: { ...byName, ...format.columns } };
};

/** @throws {@link UnusableFormat} */
const parseFormat = (file: string, text: string): Format => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnusableFormat(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = formatSchema.safeParse(value);
  if (!parsed.success) throw new UnusableFormat(`${file} is no format:\n${z.prettifyError(parsed.error)}`);
  return withOthers(parsed.data);
};

const readFormat = (file: string): Format => parseFormat(file, readFileSync(file, 'utf8'));

let shipped: readonly Format[] | undefined;

/** All shipped formats, by name; read once. */
const shippedFormats = (): readonly Format[] => {
  shipped ??= readdirSync(formatsFolder())
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const format = readFormat(join(formatsFolder(), name));
      if (format.name !== basename(name, '.json')) throw new UnusableFormat(`${name} calls itself ${format.name}.`);
      return format;
    });
  return shipped;
};

/** @throws {@link UnusableFormat} where there is none of the name */
const findFormat = (name: string): Format => {
  const found = shippedFormats().find((format) => format.name === name);
  if (found !== undefined) return found;
  const names = shippedFormats().map((format) => format.name);
  throw new UnusableFormat(`There is no format "${name}". There are ${names.join(', ')}.`);
};

export { findFormat, parseFormat, readFormat, shippedFormats, UnusableFormat };
