import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './compliance';
import { type CellflowFunction, type FunctionDefaults, makeFunction } from './functions';
import { listObjects, type Permission, readObjects } from './permissions';

interface ReportLinksProps {
  readonly reports: IBucket;
  /** Where links to an execution lead. @default - the Step Functions console */
  readonly consoleUrl?: string;
  readonly defaults: FunctionDefaults;
}

/**
 * The address behind the links in the mails. It answers to nobody but the holder of a link that was signed with the secret,
 * for as long as the link says.
 */
class ReportLinks extends Construct {
  readonly url: string;
  readonly secret: Secret;
  readonly function: CellflowFunction;
  private readonly consoleUrl?: string;

  constructor(scope: Construct, id: string, { reports, consoleUrl, defaults }: ReportLinksProps) {
    super(scope, id);
    this.consoleUrl = consoleUrl;
    this.secret = new Secret(this, 'Secret', {
      description: 'Signs the links to Cellflow reports. A new value makes every link in a mail void.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledge(this.secret, {
      SMG4: 'Rotating it by the calendar would void links that were mailed as valid; they expire by themselves.',
    });
    this.function = makeFunction(this, 'report-link', {
      ...defaults,
      memory: 512,
      seconds: 30,
      environment: { REPORTS_BUCKET: reports.bucketName, LINK_SECRET_ARN: this.secret.secretArn },
      permissions: [
        readObjects(reports, '*/index.html', '*/*.csv', '*/reports.xlsx', '*/signal-map.geojson'),
        listObjects(reports),
        this.signing(),
      ],
    });
    // Mail readers have no AWS credentials: the signature in the link is what is checked.
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
  }

  /** What signing or checking a link takes. */
  signing(): Permission {
    return { actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] };
  }

  /** The variables of a function that writes links. */
  variables(): Record<string, string> {
    return {
      LINK_SECRET_ARN: this.secret.secretArn,
      LINK_BASE_URL: this.url,
      ...(this.consoleUrl !== undefined && { CONSOLE_URL: this.consoleUrl }),
    };
  }
}

export { ReportLinks };
