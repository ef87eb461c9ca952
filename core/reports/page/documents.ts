import { createHash } from 'node:crypto';
import { type Content, type Html, html, trusted } from './html';

/** Hash by which a content-security policy names the one style sheet, or the one script, of a document. */
const contentHash = (text: string): string => createHash('sha256').update(text).digest('base64');

interface Document {
  title: string;
  css: string;
  /** Runs when all of the document is there; empty where nothing is to run. */
  script?: string;
  body: Content;
}

/** What would end the element of a script early, or hide its end. A string can say it in another way, as the bundler does. */
const endsScript = /<\/script|<!--/i;

/** What a document may do: show its own styles, run its own script, which makes no markup of text, and ask for nothing. */
const policy = (css: string, script: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${contentHash(css)}'`,
    script && `script-src 'sha256-${contentHash(script)}'`,
    script && "require-trusted-types-for 'script'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ]
    .filter(Boolean)
    .join('; ');

/** A whole HTML document that asks for nothing from anywhere, and runs nothing but the script that it is given. */
const document = ({ title, css, script = '', body }: Document): Html => {
  if (endsScript.test(script)) throw new Error('The script of a document holds what would end its element.');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy(css, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(css)}</style>
</head>
<body>
${body}
${script && html`<script>${trusted(script)}</script>`}
</body>
</html>
`;
};

export { contentHash, document };
