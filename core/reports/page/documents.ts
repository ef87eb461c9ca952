import { createHash } from 'node:crypto';
import { type Content, type Html, html, trusted } from './html';

/** Hash by which a content-security policy names the one style sheet of a document. */
const styleHash = (css: string): string => createHash('sha256').update(css).digest('base64');

interface Document {
  title: string;
  css: string;
  body: Content;
}

/** A whole HTML document without script, that asks for nothing from anywhere. */
const document = ({ title, css, body }: Document): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${trusted(styleHash(css))}'; img-src data:; base-uri 'none'; form-action 'none'">
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
</body>
</html>
`;

export { document, styleHash };
