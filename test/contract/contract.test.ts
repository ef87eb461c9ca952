import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { columns, coverage, objectKeys, ownErrors, rowColumns, tables, unknownWords, version } from '../../contract';
import columnsJson from '../../contract/columns.json';
import coverageJson from '../../contract/coverage.json';
import errorsJson from '../../contract/errors.json';
import keysJson from '../../contract/keys.json';
import { columnsSchema, coverageSchema, errorsSchema, keysSchema, tablesSchema } from '../../contract/schema';
import tablesJson from '../../contract/tables.json';
import { functionFiles, sourceFiles } from '../support/sources';

const root = join(__dirname, '../..');

describe('the contract', () => {
  test.each([
    ['columns', columnsSchema, columnsJson],
    ['tables', tablesSchema, tablesJson],
    ['keys', keysSchema, keysJson],
    ['errors', errorsSchema, errorsJson],
    ['coverage', coverageSchema, coverageJson],
  ] as const)('%s keep their schema', (_, schema, value) => {
    expect(schema.parse(value)).toEqual(value);
  });

  test('has each name once', () => {
    for (const names of [
      columns.map(({ name }) => name),
      unknownWords,
      objectKeys.map(({ name }) => name),
      [...errorsJson.errors, ...errorsJson.services].map(({ name }) => name),
      ...tables.map(({ columns, view = [] }) => [...columns, ...view].map(({ name }) => name)),
      coverage.classes,
    ]) {
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('has falling limits of coverage for each technology, and for one that is not known', () => {
    const { rule } = columns.find(({ name }) => name === 'technology') ?? {};
    const technologies = coverage.technologies.map(({ technology }) => technology);
    expect(rule?.kind === 'choice' && rule.of).toEqual(technologies);
    expect(technologies).toContain(coverage.unknown);
    for (const { from } of coverage.technologies) {
      expect(from).toEqual([...new Set(from)].toSorted((one, other) => other - one));
    }
  });

  test('begins a row with its day, has a time once, and a version that brought its newest column', () => {
    expect(columns.findIndex(({ rule }) => rule.kind === 'date')).toBe(0);
    expect(columns.filter(({ rule }) => rule.kind === 'date')).toHaveLength(1);
    expect(columns.filter(({ rule }) => rule.kind === 'time')).toHaveLength(1);
    expect(Math.max(...columns.map(({ since }) => since))).toBe(version);
  });

  test('rejects a row for its time and its place alone', () => {
    const costly = columns.filter(({ fault }) => fault === 'reject').map(({ name }) => name);
    expect(costly).toEqual(['date', 'hour', 'lat', 'long', 'utc_offset']);
  });

  test('begins a row with what version 1 had, and ends it with what came later', () => {
    const versions = rowColumns.map(({ since }) => since);
    expect(versions).toEqual(versions.toSorted((one, other) => one - other));
    expect(rowColumns.filter(({ since }) => since === 1)).toHaveLength(15);
    expect(rowColumns).toHaveLength(26);
  });

  test('has words in lower case that stand for values of their column', () => {
    for (const { rule, words = {} } of columns) {
      for (const [word, value] of Object.entries(words)) {
        expect(word).toBe(word.toLowerCase());
        if (rule.kind === 'choice') expect(rule.of).toContain(value);
        else expect(rule.kind === 'whole' && Number(value) >= rule.min && Number(value) <= rule.max).toBe(true);
      }
    }
    expect(unknownWords).toEqual(unknownWords.map((word) => word.toLowerCase()));
  });

  test('lets no value that is unknown be one that is known', () => {
    for (const { rule, unknown = [] } of columns) {
      if (rule.kind !== 'whole' && rule.kind !== 'decimal') continue;
      const within = unknown.map(Number).filter((value) => value >= rule.min && value <= rule.max);
      expect(within).toEqual([]);
    }
  });

  test('gives each key of the aggregates a place of its own', () => {
    const places = columns.flatMap(({ quality }) => (typeof quality === 'object' ? [quality.key] : []));
    expect(places.toSorted((a, b) => a - b)).toEqual(places.map((_, index) => index + 1));
  });

  test('knows every error class of the code, and no other', () => {
    const text = sourceFiles('core', 'functions')
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const classes = [...text.matchAll(/^class (\w+) extends (?:CellflowError|UploadError)\b/gm)].map(
      ([, name]) => name,
    );
    const known = [...ownErrors.map(({ name }) => name), 'Throttled', 'TransientFault', 'UploadError'];
    expect(classes.toSorted()).toEqual(known.toSorted());
  });

  test('names writers that there are', () => {
    const writers = new Set(objectKeys.flatMap(({ writtenBy }) => writtenBy));
    const known = new Set([...functionFiles(), 'Glue job', 'cellflow withdraw']);
    expect([...writers].filter((writer) => !known.has(writer))).toEqual([]);
  });
});
