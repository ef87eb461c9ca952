import type { Planted } from '../core/planting';
import type { Invariant } from './checks';

interface PlantedHere extends Planted {
  breaks: readonly Invariant[];
}

const file = (name: string): string => `core/reports/rounds/${name}.ts`;

const planted: readonly PlantedHere[] = [
  {
    name: 'the leader looks what waits before all know that it leads',
    breaks: ['RoundWhole'],
    patches: [
      {
        file: file('join'),
        from: "      case 'write':\n",
        to: "      case 'write':\n        early.set(this.me.execution, (await listWaiting()).map(({ upload }) => upload));\n",
      },
      { file: file('join'), from: 'import { endGathering,', to: 'import { early, endGathering,' },
      {
        file: file('gathering'),
        from: 'const listed = (await listWaiting()).map(({ upload }) => upload);',
        to: 'const listed = early.get(leader.execution) ?? [];',
      },
      {
        file: file('gathering'),
        from: 'export { endGathering, gather };',
        to: 'const early = new Map<string, string[]>();\nexport { early, endGathering, gather };',
      },
    ],
  },
  {
    name: 'an upload is written down after the register was read',
    breaks: ['ReportedSoon'],
    patches: [
      {
        file: file('join'),
        from: '      await enterWaiting(this.entry);\n      read = await readRegister();\n',
        to: '      read = await readRegister();\n      await enterWaiting(this.entry);\n',
      },
    ],
  },
  {
    name: 'nobody looks what waits at the end of a round',
    breaks: ['ReportedSoon'],
    patches: [
      { file: file('mailing'), from: 'if ((await listWaiting()).length === 0) return false;', to: 'return false;' },
    ],
  },
  {
    name: 'whoever comes to the mail sends it',
    breaks: ['ReportedOnce'],
    patches: [
      {
        file: file('mailing'),
        from: 'if (read !== undefined && isMine) return read;',
        to: 'if (read !== undefined) return read;',
      },
    ],
  },
  {
    name: 'a second attempt mails while the first may',
    breaks: ['ReportedOnce'],
    patches: [
      {
        file: file('mailing'),
        from: 'if (mayMail(read.value, clock.now())) {',
        to: 'if (clock.now() < read.value.since) {',
      },
    ],
  },
  {
    name: 'a round is taken over while its mail may be on its way',
    breaks: ['ReportedOnce'],
    patches: [
      {
        file: file('joining'),
        from: "phase === 'mailing' && now < since + mailingTime.function + mailingTime.reserve;",
        to: "phase === 'mailing' && now < since;",
      },
    ],
  },
  {
    name: 'what was mailed last is not handed on',
    breaks: ['ReportedOnce'],
    patches: [{ file: file('joining'), from: '    ...(mailed && { mailed }),\n', to: '' }],
  },
  {
    name: 'who was mailed last joins again',
    breaks: ['ReportedOnce'],
    patches: [
      { file: file('joining'), from: '    ...(mailed && { mailed }),\n', to: '' },
      {
        file: file('joining'),
        from: "  if (mailed?.uploads.includes(me.upload)) return { do: 'mark', mailed };\n",
        to: '',
      },
    ],
  },
  {
    name: 'what waits and is reported is reported again',
    breaks: ['ReportedOnce'],
    patches: [
      {
        file: file('waiting'),
        from: "if (stored === undefined || reported !== undefined) return 'in vain';",
        to: "if (stored === undefined) return 'in vain';",
      },
    ],
  },
  {
    name: 'uploads are taken from those that wait before they are marked',
    breaks: ['ReportedOnce', 'NoDefect'],
    patches: [
      {
        file: file('reported'),
        from: '  const mark: Reported',
        to: "  await deleteObjects(environment('LAKE_BUCKET'), uploads.map(lakeKeys.waiting));\n  const mark: Reported",
      },
    ],
  },
  {
    name: 'a successor ends when its own upload is reported or withdrawn',
    breaks: ['ReportedSoon'],
    patches: [
      {
        file: file('join'),
        from: 'if (!hasPart(read?.value, this.me)) {',
        to: "if (own.state !== 'waits' || !hasPart(read?.value, this.me)) {",
      },
    ],
  },
  {
    name: 'a round is written down anew by each attempt',
    breaks: ['ReportedFinally', 'ReportedSoon', 'ReportedOnce'],
    patches: [
      {
        file: file('gathering'),
        from: 'roundSchema.parse(await writeOnce(key, found))',
        to: 'await rewrite(key, found)',
      },
      {
        file: file('gathering'),
        from: 'export { endGathering, gather };',
        to: `const rewrite = async (key: string, round: Round) => {
  await putJson('lake', key, round);
  return round;
};
export { endGathering, gather };`,
      },
      {
        file: file('gathering'),
        from: "import { lakeKeys } from '../../platform/keys';",
        to: "import { lakeKeys } from '../../platform/keys';\nimport { putJson } from '../../platform/objects';",
      },
    ],
  },
  {
    name: 'a successor that has ended is counted on',
    breaks: ['ReportedFinally'],
    patches: [
      {
        file: file('join'),
        from: 'const successor = await find(register?.successor, me);',
        to: "const found = await find(register?.successor, me);\n  const successor = register?.successor && found === 'nobody' ? 'alive' : found;",
      },
    ],
  },
  {
    name: 'the page tells of what was withdrawn',
    breaks: ['WithdrawnUnreported'],
    patches: [
      {
        file: file('stage'),
        from: 'const uploads = round.uploads.filter((_, index) => current[index]);',
        to: 'const uploads = round.uploads.filter((_, index) => current[index] !== undefined);',
      },
    ],
  },
];

export { planted };
