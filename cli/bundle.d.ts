/** A program in TypeScript as one file of JavaScript, made anew where a source has changed; gives the file's path. */
declare const bundle: (root: string, entry: string) => Promise<string>;

export { bundle };
