/** The script of the report page as one text; what stands in for `PAGE_SCRIPT`. */
declare const buildPageScript: (root: string) => string;

export { buildPageScript };
