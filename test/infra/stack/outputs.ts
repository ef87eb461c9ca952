import { describe, expect, test } from '@jest/globals';
import { settingsSchema } from '../../../core/platform/settings';
import { defaultSynthesis } from '../synthesis';

const synthesis = defaultSynthesis();

describe('Stack', () => {
  test('tells the command line where everything is', () => {
    const outputs = synthesis.template.toJSON().Outputs as Record<string, { Value: unknown }>;
    const told = Object.fromEntries(Object.entries(outputs).map(([name, { Value }]) => [name, synthesis.text(Value)]));
    expect(told).toMatchObject({
      UploadsBucket: '<uploads>',
      LakeBucket: '<lake>',
      ReportsBucket: '<reports>',
      StateMachineArn: '<upload>',
      StreamName: '<measurements>',
      JobName: 'cellflow-landing',
      CrawlerName: 'cellflow-lake',
      DatabaseName: 'cellflow',
      FilesDatabaseName: 'cellflow_files',
      WorkgroupName: 'cellflow',
      LinkUrl: expect.stringContaining('FunctionUrl'),
      LinkSecretArn: expect.stringContaining('Secret'),
      Settings: JSON.stringify(settingsSchema.parse({})),
    });
    expect(Object.keys(told)).toHaveLength(13);
  });

  test('asks no account at synthesis and holds none', () => {
    const text = JSON.stringify(synthesis.template.toJSON());
    expect(text).not.toMatch(/:\d{12}:/);
    // Nor a partition: the same template goes to China and to GovCloud.
    expect(text).not.toMatch(/arn:aws[:-]/);
    expect(Object.keys(synthesis.template.toJSON().Parameters ?? {})).toEqual(['BootstrapVersion']);
  });
});
