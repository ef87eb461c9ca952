import { setTimeout as sleep } from 'node:timers/promises';
import { eachAtOnce, mapAtOnce } from '../../../core/platform/concurrency';

test('no more than a few are worked on at once, and the source is read no faster', async () => {
  let taken = 0;
  let busy = 0;
  let most = 0;
  async function* items() {
    while (taken < 20) {
      taken += 1;
      yield taken;
    }
  }

  await eachAtOnce(3, items(), async () => {
    busy += 1;
    most = Math.max(most, busy);
    await sleep(1);
    busy -= 1;
  });

  expect(most).toBe(3);
  expect(taken).toBe(20);
});

test('results come in the order of the items', async () => {
  const results = await mapAtOnce(4, [5, 1, 3, 2], async (n) => {
    await sleep(n);
    return n * 2;
  });

  expect(results).toEqual([10, 2, 6, 4]);
});

test('a failure lets those under way end, takes no more, and closes the source', async () => {
  let taken = 0;
  let ended = 0;
  let closed = false;
  async function* items() {
    try {
      for (;;) {
        taken += 1;
        yield taken;
      }
    } finally {
      closed = true;
    }
  }

  const work = eachAtOnce(2, items(), async (n) => {
    if (n === 3) throw new Error('the third');
    await sleep(20);
    ended += 1;
  });

  await expect(work).rejects.toThrow('the third');
  expect(closed).toBe(true);
  expect(taken).toBeLessThanOrEqual(5);
  expect(ended).toBeGreaterThanOrEqual(taken - 2);
});
