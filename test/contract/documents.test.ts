import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { documents, documentTables, namesIn, withTables } from '../../contract/documents';

const read = (name: string): string => readFileSync(join(__dirname, '../..', name), 'utf8');

test.each(documents)('the tables of %s are those of the contract (`npm run contract` makes them so)', (name) => {
  const text = read(name);
  expect(text).toBe(withTables(text));
});

test('every table of the contract stands in a document', () => {
  const shown = new Set(documents.flatMap((name) => namesIn(read(name))));
  expect(Object.keys(documentTables).filter((name) => !shown.has(name))).toEqual([]);
});

test('a table that the contract does not have is an error', () => {
  expect(() => withTables('<!-- contract: another -->\n<!-- /contract -->')).toThrow('no table "another"');
});
