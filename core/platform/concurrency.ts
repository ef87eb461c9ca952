/** Does the work for every item, a few at a time. The first failure stops the rest, and is told when nothing is under way any more. */
const eachAtOnce = async <Item>(
  limit: number,
  items: AsyncIterable<Item> | Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  // One generator that all workers draw from: it is read no faster than they work.
  const queue = (async function* () {
    yield* items;
  })();
  const worker = async () => {
    for await (const item of queue) await work(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: limit }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** Like `items.map(work)`, a few at a time, results in order. */
const mapAtOnce = async <Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results = new Array<Result>(items.length);
  await eachAtOnce(limit, items.entries(), async ([index, item]) => {
    results[index] = await work(item);
  });
  return results;
};

export { eachAtOnce, mapAtOnce };
