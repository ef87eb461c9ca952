import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from '../../cli/bundle';

const entry = 'cli/main.ts';
let root: string;

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
};

const run = async (): Promise<string> => execFileSync('node', [await bundle(root, entry)], { encoding: 'utf8' }).trim();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-'));
  write('package-lock.json', '{}');
  write(entry, "import { word } from '../core/word'; console.log(word satisfies string, import.meta.url);");
  write('core/word.ts', "const word: string = 'one'; export { word };");
});

afterEach(() => rmSync(root, { recursive: true }));

describe('the command line as one file', () => {
  it('does what its sources say, as if it stood with them', async () => {
    expect(await run()).toBe(`one file://${root}/${entry}`);
  });

  it('is made once', async () => {
    const file = await bundle(root, entry);
    const made = statSync(file).mtimeMs;
    expect(await bundle(root, entry)).toBe(file);
    expect(statSync(file).mtimeMs).toBe(made);
  });

  it('is made anew where a source has changed, and as it was where that is taken back', async () => {
    const first = await bundle(root, entry);
    write('core/word.ts', "const word: string = 'two'; export { word };");
    expect(await run()).toContain('two');
    write('core/word.ts', "const word: string = 'one'; export { word };");
    expect(await bundle(root, entry)).toBe(first);
  });

  it('is made anew where packages have changed', async () => {
    const first = await bundle(root, entry);
    write('package-lock.json', '{"packages": {}}');
    expect(await bundle(root, entry)).not.toBe(first);
  });

  it('cannot be made of sources with a fault, nor of none', async () => {
    await bundle(root, entry);
    write('core/word.ts', 'const word: = ;');
    await expect(bundle(root, entry)).rejects.toThrow('core/word.ts');
    rmSync(join(root, 'core'), { recursive: true });
    await expect(bundle(root, entry)).rejects.toThrow('../core/word');
  });

  it('leaves no file that nobody started for a day', async () => {
    const first = await bundle(root, entry);
    utimesSync(first, 0, 0);
    write('core/word.ts', "const word: string = 'two'; export { word };");
    await bundle(root, entry);
    expect(statSync(first, { throwIfNoEntry: false })).toBeUndefined();
  });
});
