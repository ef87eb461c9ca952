import pLimit from 'p-limit';

/**
 * Works on items a bounded number at a time, taking the next item only when there is room, so that a source of millions
 * is never in memory at once. Stops taking items at the first failure and throws it.
 */
const forEachInParallel = async <Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const limit = pLimit(concurrency);
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  try {
    for await (const item of items) {
      if (failure) break;
      const task: Promise<void> = limit(() => work(item))
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= concurrency) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failure) throw failure.error;
};

export { forEachInParallel };
