/** Put in by who bundles or runs this code (`infra/page-script.js`). */
declare const PAGE_SCRIPT: string | undefined;

/**
 * What makes the page a tool: `client/main.ts` with all that it imports. Empty where nothing put it in, as in a tool that runs these
 * files as they are; the page is whole without.
 */
const script = typeof PAGE_SCRIPT === 'string' ? PAGE_SCRIPT : '';

export { script };
