import type { Patch } from './build';
import type { Invariant } from './checks';
import type { Planted } from './planting';

interface PlantedHere extends Planted {
  breaks: readonly Invariant[];
}

const visibility = 'core/lake/visibility.ts';
const sweeping = 'core/lake/sweeping.ts';
const merging = 'core/lake/merging/merging.ts';
const merges = 'core/lake/merging/merges.ts';
const scenario = 'test/simulation/core/scenario.ts';
const moving = 'core/lake/merging/moving.ts';
const machine = 'statemachines/upload.asl.yaml';

/** A look at the claim that spares work where an upload is overtaken, and that also hides what other repairs are for. */
const withoutSparing: readonly Patch[] = [
  { file: 'core/lake/sealing.ts', from: '    await assertCurrent(upload);\n', to: '' },
  { file: 'core/lake/sealing.ts', from: "import { assertCurrent } from '../uploads/claims';\n", to: '' },
  {
    file: 'functions/find-new-partitions.ts',
    from: '  await retiring(bucket, upload, () => assertCurrent(upload));\n',
    to: '',
  },
];

/** Nearly all runs have merges; what takes hours to show is sought where hours are many. */
const withMerges: readonly Patch[] = [{ file: scenario, from: 'weight: 27, arbitrary', to: 'weight: 1, arbitrary' }];
const withLongMerges: readonly Patch[] = [
  ...withMerges,
  {
    file: scenario,
    from: 'weight: 1, arbitrary: scenarioOf(longGap, someFiles',
    to: 'weight: 20, arbitrary: scenarioOf(longGap, someFiles',
  },
];

const planted: readonly PlantedHere[] = [
  {
    name: 'visible at once, without notice',
    breaks: ['ReaderOneInAllTables', 'ReaderWhole'],
    patches: [{ file: visibility, from: 'Math.max(clock.now() + notice,', to: 'Math.max(clock.now(),' }],
  },
  {
    name: 'the new one and the old one change in two writes',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NewestFinally'],
    patches: [
      {
        file: visibility,
        from: '        ...open.map(([id, version]) => lineOf(id, version, { visible_until: moment })),\n',
        to: '',
      },
      {
        file: visibility,
        from: '  await sleepUntil(visible.from);\n  return visible;',
        to: `  await change(bucket, upload.claim, async ({ versions }) => {
    const generation = versions.get(upload.id)?.generation ?? 0;
    const open = [...versions].filter(([, version]) => version.generation < generation && !isRetired(version));
    return { lines: open.map(([id, version]) => lineOf(id, version, { visible_until: visible.from })), result: undefined };
  });
  await sleepUntil(visible.from);
  return visible;`,
      },
    ],
  },
  {
    name: 'what is retired is deleted at the next sweep',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NoGarbage', 'WithdrawnDeleted'],
    patches: [{ file: sweeping, from: 'until + grace <= clock.now()', to: 'until <= clock.now()' }],
  },
  {
    name: 'visible before its days are in the catalogue',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'SealedStays'],
    patches: [
      { file: machine, from: '    Next: Begin with the catalogue\n', to: '    Next: Make upload visible\n' },
      { file: machine, from: '    Default: Make upload visible\n', to: '    Default: Join reporting\n' },
      {
        file: machine,
        from: '    Catch: *overtaken\n    Next: Join reporting\n',
        to: '    Catch: *overtaken\n    Next: Begin with the catalogue\n',
      },
    ],
  },
  {
    name: 'the claim is read before the log, not after it',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NewestFinally', 'NoLoss'],
    patches: [
      ...withoutSparing,
      {
        file: visibility,
        from: `const enlist = (bucket: string, upload: ClaimedUpload): Promise<Enlisted> =>
  change<Enlisted>(bucket, upload.claim, async (log) => {`,
        to: `const enlist = async (bucket: string, upload: ClaimedUpload): Promise<Enlisted> => {
  const generation = generationOf(await assertCurrent(upload));
  return change<Enlisted>(bucket, upload.claim, async (log) => {`,
      },
      {
        file: visibility,
        from: `    const generation = generationOf(await assertCurrent(upload));
    return { lines: [{ upload_id: upload.id, generation }], result: 'enlisted' };
  });`,
        to: `    return { lines: [{ upload_id: upload.id, generation }], result: 'enlisted' };
  });
};`,
      },
    ],
  },
  {
    name: 'a withdrawal writes no entry for what is not enlisted',
    breaks: ['WithdrawnGone', 'WithdrawnDeleted', 'NoGarbage'],
    patches: [
      ...withoutSparing,
      {
        file: visibility,
        from: '    const open = concerned.filter(([, { until }]) => until === undefined);\n',
        to: '    const open = concerned.filter(([other, { until }]) => until === undefined && log.versions.has(other));\n',
      },
    ],
  },
  {
    name: 'a withdrawal leaves older versions visible',
    breaks: ['WithdrawnGone'],
    patches: [
      {
        file: visibility,
        from: 'withOlder && generation < known.generation',
        to: '!withOlder && generation < known.generation',
      },
    ],
  },
  {
    name: 'a refused write of the log means superseded',
    breaks: ['NoFalseSuperseded'],
    patches: [
      {
        file: visibility,
        from: '    await standBack(attempt);\n',
        to: "    throw new Superseded('superseded');\n",
      },
    ],
  },
  {
    name: 'a refused write of the claim means superseded',
    breaks: ['NoFalseSuperseded'],
    patches: [
      {
        file: 'core/uploads/claiming.ts',
        from: '    await standBack(attempt);\n',
        to: "    throw new Superseded('superseded');\n",
      },
    ],
  },
  {
    name: 'entries of the log are written without a condition',
    breaks: [
      'WithdrawnGone',
      'ReaderWhole',
      'ReaderOneInAllTables',
      'NoLoss',
      'SealedStays',
      'NewestFinally',
      'NoFalseSuperseded',
      'NoGarbage',
    ],
    patches: [{ file: 'core/platform/objects.ts', from: "        IfNoneMatch: ifAbsent && '*',\n", to: '' }],
  },
  {
    name: 'the claim moves without a condition',
    breaks: ['NoLoss', 'NoFalseSuperseded', 'NewestFinally', 'WithdrawnGone', 'ReaderWhole'],
    patches: [{ file: 'core/platform/objects.ts', from: '        IfMatch: ifMatch,\n', to: '' }],
  },
  {
    name: 'reports begin without a wait for the moment',
    breaks: ['NoLoss', 'SealedStays'],
    patches: [
      { file: visibility, from: '  await sleepUntil(visible.from);\n  return visible;', to: '  return visible;' },
    ],
  },
  {
    name: 'an older version that is only enlisted is not retired',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NewestFinally', 'SealedStays', 'NoLoss'],
    patches: [
      {
        file: visibility,
        from: 'older.filter(([, version]) => !isRetired(version))',
        to: 'older.filter(([, version]) => !isRetired(version) && version.from !== undefined)',
      },
    ],
  },
  {
    name: 'a version retires newer ones too',
    breaks: ['NoFalseSuperseded', 'NoLoss', 'NewestFinally'],
    patches: [
      {
        file: visibility,
        from: '([, { generation }]) => generation < mine.generation',
        to: '([id]) => uploadOf(id) !== upload.id',
      },
    ],
  },
  {
    name: 'every version has the same generation',
    breaks: ['ReaderWhole', 'NewestFinally', 'NoLoss', 'SealedStays', 'ReaderOneInAllTables'],
    patches: [
      { file: 'core/uploads/claiming.ts', from: 'stored ? generationOf(stored.value) + 1 : 1', to: '1' },
      {
        file: 'core/uploads/claiming.ts',
        from: 'import { type Claim, generationOf, readClaim }',
        to: 'import { type Claim, readClaim }',
      },
    ],
  },
  {
    name: 'two versions without a sequencer are taken for one',
    breaks: ['NoFalseSuperseded'],
    patches: [
      {
        file: 'core/uploads/claiming.ts',
        from: '  if (order !== 0) return order > 0;\n',
        to: '  if (order <= 0) return false;\n',
      },
    ],
  },
  {
    name: 'what is overtaken at the catalogue stays enlisted',
    breaks: ['NoGarbage'],
    patches: [
      {
        file: 'functions/find-new-partitions.ts',
        from: 'retiring(bucket, upload, () => assertCurrent(upload))',
        to: 'assertCurrent(upload)',
      },
    ],
  },
  {
    name: 'objects are copied before the upload is enlisted',
    breaks: ['NoGarbage', 'WithdrawnDeleted'],
    patches: [
      {
        file: 'core/lake/sealing.ts',
        from: "    if ((await enlist(bucket, upload)) === 'enlisted') await putAll(bucket, upload, placements, goOn);\n",
        to: `    await putAll(bucket, upload, placements, goOn);
    await enlist(bucket, upload);
`,
      },
    ],
  },
  {
    name: 'entries are deleted as soon as they are summed up',
    breaks: ['ReaderWhole'],
    patches: [{ file: sweeping, from: 'modified + grace <= clock.now())', to: 'modified <= clock.now())' }],
  },
  {
    name: 'a claim without a visible version leaves the summary',
    breaks: ['NoLoss', 'NoDefect', 'SealedStays'],
    patches: [{ file: sweeping, from: ' || upload === newest', to: '' }],
  },
  {
    name: 'a withdrawal leaves copies',
    breaks: ['WithdrawnGone', 'WithdrawnDeleted'],
    patches: [{ file: visibility, from: 'uploadOf(other) === id || (withOlder', to: '(withOlder' }],
  },
  {
    name: 'a newer version leaves copies of the older',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NewestFinally', 'SealedStays', 'NoLoss'],
    patches: [
      {
        file: visibility,
        from: 'older.filter(([, version]) => !isRetired(version))',
        to: 'older.filter(([id, version]) => !isRetired(version) && uploadOf(id) === id)',
      },
    ],
  },
  {
    name: 'what was merged counts as retired',
    breaks: ['NoFalseSuperseded'],
    patches: [{ file: visibility, from: '([id]) => uploadOf(id) === upload)', to: '([id]) => id === upload)' }],
  },
  {
    name: 'a copy is shown of what was retired meanwhile',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NewestFinally', 'WithdrawnGone', 'NoLoss', 'SealedStays'],
    patches: [{ file: moving, from: '!isShown(source)', to: 'source?.from === undefined' }],
  },
  {
    name: 'a copy comes and its source goes by two entries',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NewestFinally', 'NoLoss'],
    patches: [
      { file: moving, from: '        { upload_id: from, visible_until: moment, generation },\n', to: '' },
      {
        file: moving,
        from: '  });\n\nexport',
        to: `  }).then(() =>
    change(bucket, claim, async ({ versions }) => {
      const generation = versions.get(from)?.generation ?? 0;
      const moment = versions.get(to)?.from;
      const isOpen = moment !== undefined && versions.get(from)?.until === undefined;
      const lines = isOpen ? [{ upload_id: from, visible_until: moment, generation }] : [];
      return { lines, result: undefined };
    }),
  );

export`,
      },
    ],
  },
  {
    name: 'uploads are moved before the merged objects are written',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'SealedStays'],
    patches: [
      { file: merging, from: '  await writeMerged(bucket, merge);\n', to: '' },
      {
        file: merging,
        from: '  await closeMerge(bucket, merge.n);\n',
        to: '  await writeMerged(bucket, merge);\n  await closeMerge(bucket, merge.n);\n',
      },
    ],
  },
  {
    name: 'a merge is done before its uploads are moved',
    breaks: ['NoGarbage', 'WithdrawnDeleted'],
    patches: [
      { file: merging, from: '  await closeMerge(bucket, merge.n);\n', to: '' },
      {
        file: merging,
        from: '  await writeMerged(bucket, merge);\n',
        to: '  await writeMerged(bucket, merge);\n  await closeMerge(bucket, merge.n);\n',
      },
    ],
  },
  {
    name: 'nobody goes on with a merge that is open',
    breaks: ['NoGarbage', 'WithdrawnDeleted'],
    patches: [{ file: merging, from: "if (open?.state === 'open') await carry(open);", to: '' }],
  },
  {
    name: 'a merge is written in the place of another',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'NoDefect', 'NoGarbage', 'SealedStays', 'WithdrawnDeleted'],
    patches: [...withMerges, { file: merges, from: 'merge, { ifAbsent: true })', to: 'merge, {})' }],
  },
  {
    name: 'the number of a merge is given again',
    breaks: ['NoGarbage', 'WithdrawnDeleted', 'ReaderWhole', 'NoDefect'],
    patches: [
      ...withLongMerges,
      { file: merges, from: 'import { getJson,', to: 'import { deleteObjects, getJson,' },
      {
        file: merges,
        from: 'await putJsonIf(bucket, lakeKeys.merge(n), gone, { ifMatch: etag });',
        to: 'await deleteObjects(bucket, [lakeKeys.merge(n)]);',
      },
    ],
  },
  {
    name: 'merged objects are deleted though one of the uploads is seen',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables', 'SealedStays', 'NoDefect'],
    patches: [
      ...withLongMerges,
      {
        file: sweeping,
        from: '([, { living, lastEnd }]) => living === 0 &&',
        to: '([, { dead, lastEnd }]) => dead > 0 &&',
      },
      { file: sweeping, from: ' && members.length === dead', to: '' },
    ],
  },
  {
    name: 'merged objects are deleted as soon as nobody sees them',
    breaks: ['ReaderWhole', 'ReaderOneInAllTables'],
    patches: [
      ...withMerges,
      { file: sweeping, from: 'lastEnd + grace <= clock.now()', to: 'lastEnd <= clock.now()' },
      { file: sweeping, from: ' && doneAt + grace <= clock.now()', to: '' },
    ],
  },
  {
    name: 'a copy counts as swept while its merge is there',
    breaks: ['NoGarbage', 'WithdrawnDeleted'],
    patches: [
      ...withLongMerges,
      { file: sweeping, from: 'if (merge !== undefined && !(await isGone(merge))) return;', to: '' },
    ],
  },
  {
    name: 'who is seen is not moved away from who is not',
    breaks: ['NoGarbage', 'WithdrawnDeleted'],
    patches: [
      ...withMerges,
      {
        file: 'core/lake/merging/planning.ts',
        from: 'living > 0 && dead > 0)',
        to: 'living > 0 && dead > 0 && false)',
      },
    ],
  },
];

export type { Planted };
export { planted };
