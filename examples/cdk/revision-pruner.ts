// A construct with the stack of a release: its template, and its zip as an asset.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

export interface RevisionPrunerProps {
  /** The folder with the files of the release. */
  readonly release: string;
  /** Parameters of the template. */
  readonly parameters?: Readonly<Record<string, string | number | string[]>>;
}

export class RevisionPruner extends Construct {
  readonly template: CfnInclude;

  constructor(scope: Construct, id: string, { release, parameters = {} }: RevisionPrunerProps) {
    super(scope, id);
    const [zip] = globSync('ecs-revision-pruner-*.zip', { cwd: release });
    if (zip === undefined) throw new Error(`${release} has no zip of a release`);
    const code = new Asset(this, 'Code', { path: join(release, zip) });
    this.template = new CfnInclude(this, 'Template', {
      templateFile: join(release, 'template.yml'),
      parameters: { ...parameters, CodeBucket: code.s3BucketName, CodeKey: code.s3ObjectKey },
    });
  }
}
