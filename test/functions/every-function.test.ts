import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const functions = join(__dirname, '../../functions');
const names = readdirSync(functions).map((file) => basename(file, '.ts'));
const tests = readdirSync(__dirname);

describe.each(names)('the function %s', (name) => {
  it('has a test file of its name', () => {
    expect(tests).toContain(`${name}.test.ts`);
  });

  it('exports a handler', async () => {
    await expect(import(join(functions, name))).resolves.toMatchObject({ handler: expect.any(Function) });
  });
});
