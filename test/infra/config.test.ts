import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../infra/config';

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
