import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * The script of the report page, from `core/reports/page/client/main.ts`, as one text. It is put in place of `PAGE_SCRIPT`: by the
 * bundler of the functions, and by Jest. JavaScript, since Jest's configuration reads it too.
 *
 * @param {string} root - the repository
 * @returns {string}
 */
const buildPageScript = (root) => {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'core', 'reports', 'page', 'client', 'main.ts')],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    format: 'iife',
    // Browsers since 2022.
    target: ['es2021', 'chrome100', 'firefox100', 'safari15.4'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text.trim();
};

export { buildPageScript };
