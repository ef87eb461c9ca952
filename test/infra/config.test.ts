import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { configFile, findConfig, readConfig } from '../../infra/config';
import { CellflowStack } from '../../infra/stack';
import { makeApp, Synthesis } from './synthesis';

describe('Configuration', () => {
  test('has a default for everything', () => {
    expect(readConfig()).toMatchObject({
      emails: { reports: [], failures: [], alarms: [] },
      retention: { streamDays: 7, runsDays: 30 },
      stream: { mode: 'on-demand' },
      concurrency: { validate: 200, publish: 8 },
      settings: { linkDays: 7 },
    });
  });

  test('takes overrides deep down and keeps the rest', () => {
    const config = readConfig('{"emails":{"reports":["a@example.com"]},"settings":{"linkDays":2}}');
    const defaults = readConfig();
    expect(config.emails).toEqual({ reports: ['a@example.com'], failures: [], alarms: [] });
    expect(config.settings).toEqual({ ...defaults.settings, linkDays: 2 });
    expect(config.job).toEqual(defaults.job);
  });

  test('takes an object as cdk.json would hold it', () => {
    expect(readConfig({ stream: { mode: 'provisioned', shards: 3 } }).stream).toEqual({
      mode: 'provisioned',
      shards: 3,
    });
  });

  test.each([
    ['an unknown key', { email: ['a@example.com'] }, /Unrecognized key: "email"/],
    ['an unknown key deep down', { retention: { streamHours: 24 } }, /"streamHours"[\s\S]*at retention/],
    ['an unknown setting of the functions', { settings: { chunkSize: 1 } }, /"chunkSize"[\s\S]*at settings/],
    [
      'settings that are gone',
      { settings: { shardBytes: 1, maxShards: 4 } },
      /"shardBytes", "maxShards"[\s\S]*at settings/,
    ],
    ['a value out of range', { settings: { maxRejectedShare: 2 } }, /at settings\.maxRejectedShare/],
    ['an address that is none', { emails: { alarms: ['nobody'] } }, /at emails\.alarms\[0\]/],
    ['shards of an on-demand stream', { stream: { mode: 'on-demand', shards: 2 } }, /"shards"/],
    ['a retention that CloudWatch does not have', { retention: { logsDays: 31 } }, /at retention\.logsDays/],
    ['runs that expire before their records', { retention: { streamDays: 60 } }, /at retention\.runsDays/],
    ['text that is no JSON', 'emails=a', /is not JSON/],
  ])('refuses %s', (_, overrides, message) => {
    expect(() => readConfig(overrides)).toThrow(message);
  });
});

describe('The file of a deployment', () => {
  const folders: string[] = [];
  const folderWith = (text?: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'cellflow-config-'));
    folders.push(folder);
    if (text !== undefined) writeFileSync(join(folder, configFile), text);
    return folder;
  };
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** The addresses that a deployment from a folder would mail to. */
  const subscribed = (folder: string, context?: unknown): unknown[] => {
    const stack = new CellflowStack(makeApp(), 'Cellflow', { config: findConfig(context, folder) });
    return new Synthesis(stack).ofType('AWS::SNS::Subscription').map(([, { Properties }]) => Properties.Endpoint);
  };

  test('is found by itself, at each deployment', () => {
    const folder = folderWith('{"emails":{"reports":["radio@example.com"],"alarms":["ops@example.com"]}}');
    const first = subscribed(folder);
    expect(first).toEqual(['radio@example.com', 'ops@example.com']);
    expect(subscribed(folder)).toEqual(first);
  });

  test('gives way to the context key as a whole: nobody of the file is mailed', () => {
    const folder = folderWith('{"emails":{"reports":["radio@example.com"],"alarms":["ops@example.com"]}}');
    expect(subscribed(folder, '{"emails":{"reports":["reports@cellflow.example"]}}')).toEqual([
      'reports@cellflow.example',
    ]);
    expect(subscribed(folder, '{}')).toEqual([]);
  });

  test('may be missing', () => {
    expect(findConfig(undefined, folderWith())).toEqual(readConfig());
  });

  test.each([
    ['{"emails":{"alarms":["nobody"]}}', /^cellflow\.config\.json is not valid:[\s\S]*at emails\.alarms\[0\]/],
    ['{"emails":', /^cellflow\.config\.json is not JSON: /],
    ['', /^cellflow\.config\.json is not JSON: /],
  ])('where it reads %s, the file, the field and the way out are named', (text, message) => {
    const find = () => findConfig(undefined, folderWith(text));
    expect(find).toThrow(message);
    expect(find).toThrow(/Correct it and try again: infra\/config\.ts has every setting/);
  });

  test('has an example that holds addresses of nobody', () => {
    const { emails } = readConfig(readFileSync('cellflow.config.example.json', 'utf8'));
    for (const addresses of Object.values(emails)) {
      expect(addresses.length).toBeGreaterThan(0);
      for (const address of addresses) expect(address).toMatch(/@example\.com$/);
    }
  });
});
