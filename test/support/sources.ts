import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(__dirname, '../..');

/** TypeScript files below folders of the repository, from its root. */
const sourceFiles = (...folders: string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );

/** The functions by their files. */
const functionFiles = (): string[] => sourceFiles('functions').map((file) => basename(file, '.ts'));

export { functionFiles, sourceFiles };
