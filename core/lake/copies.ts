/**
 * The rows of an upload bear its id, and those of its *copies* in merged objects its id with the merge's number behind:
 * `<upload>-<n>`. So the log of visibility says of each since when, and until when, it is what a query sees.
 */

const copyIn = (merge: number, upload: string): string => `${upload}-${merge}`;

/** The upload that rows are of, by the id that they bear. */
const uploadOf = (id: string): string => id.split('-', 1)[0] ?? id;

/** The merge whose objects hold the copy; undefined of an upload's own id. */
const mergeOf = (id: string): number | undefined => {
  const [, merge] = id.split('-', 2);
  return merge === undefined ? undefined : Number(merge);
};

export { copyIn, mergeOf, uploadOf };
