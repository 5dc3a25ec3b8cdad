// An account whose definitions contain a unique text (a canary) in each place that can hold a secret. A canary in an output
// shows which place leaked.
import type { AccountFile } from '../../sandbox/account-file.ts';
import { type AccountBuilder, ACCOUNT, appSpec, revisionArn, ruleTarget, scheduleTarget } from './account.ts';

/** By place. Long, of letters and digits alone, so that they can be found in any encoding. */
export const canaries = {
  environment: 'CanaryEnvironmentValue7f3a',
  secret: 'CanarySecretReference7f3a',
  environmentFile: 'CanaryEnvironmentFile7f3a',
  repositoryCredentials: 'CanaryRepositoryCredentials7f3a',
  firelensOption: 'CanaryFirelensOption7f3a',
  logOption: 'CanaryLogOption7f3a',
  logSecret: 'CanaryLogSecret7f3a',
  dockerLabel: 'CanaryDockerLabel7f3a',
  entryPoint: 'CanaryEntryPoint7f3a',
  command: 'CanaryCommand7f3a',
  healthCheck: 'CanaryHealthCheck7f3a',
  proxyProperty: 'CanaryProxyProperty7f3a',
  driverOption: 'CanaryDriverOption7f3a',
  efsPath: 'CanaryEfsPath7f3a',
  fsxCredentials: 'CanaryFsxCredentials7f3a',
  hostPath: 'CanaryHostPath7f3a',
  credentialSpec: 'CanaryCredentialSpec7f3a',
  dnsSearch: 'CanaryDnsSearch7f3a',
  extraHost: 'CanaryExtraHost7f3a',
  systemControl: 'CanarySystemControl7f3a',
  workingDirectory: 'CanaryWorkingDirectory7f3a',
  user: 'CanaryUser7f3a',
  // Not a secret: explain prints the tags of a revision.
  tag: 'CanaryTagValue7f3a',
} as const;

const arnOf = (service: string, path: string) => `arn:aws:${service}:eu-west-1:${ACCOUNT}:${path}`;
const secretArn = (name: string) => arnOf('secretsmanager', `secret:${name}`);

export const secretContainer = {
  name: 'app',
  image: 'app:1',
  essential: true,
  cpu: 256,
  memory: 512,
  // JSON with quotes and a line break, which another encoding would escape again.
  environment: [
    { name: 'DB_PASSWORD', value: canaries.environment },
    { name: 'CONFIG', value: `{"password":"${canaries.environment}",\n"on":true}` },
  ],
  secrets: [{ name: 'API_KEY', valueFrom: secretArn(canaries.secret) }],
  environmentFiles: [{ type: 's3', value: `arn:aws:s3:::env/${canaries.environmentFile}.env` }],
  repositoryCredentials: { credentialsParameter: secretArn(canaries.repositoryCredentials) },
  firelensConfiguration: { type: 'fluentbit', options: { 'config-file-value': canaries.firelensOption } },
  logConfiguration: {
    logDriver: 'splunk',
    options: { 'splunk-token': canaries.logOption },
    secretOptions: [{ name: 'splunk-url', valueFrom: secretArn(canaries.logSecret) }],
  },
  dockerLabels: { 'traefik.auth': canaries.dockerLabel },
  entryPoint: ['sh', '-c', canaries.entryPoint],
  command: ['--password', canaries.command],
  healthCheck: { command: ['CMD-SHELL', `curl -u ${canaries.healthCheck} localhost`] },
  dnsSearchDomains: [canaries.dnsSearch],
  extraHosts: [{ hostname: canaries.extraHost, ipAddress: '10.0.0.1' }],
  systemControls: [{ namespace: 'net.core.somaxconn', value: canaries.systemControl }],
  workingDirectory: `/${canaries.workingDirectory}`,
  user: canaries.user,
  credentialSpecs: [`credentialspec:${canaries.credentialSpec}`],
} as const;

const secretDefinition = {
  containerDefinitions: [secretContainer],
  proxyConfiguration: {
    type: 'APPMESH',
    containerName: 'app',
    properties: [{ name: 'EgressIgnoredIPs', value: canaries.proxyProperty }],
  },
  volumes: [
    { name: 'nfs', dockerVolumeConfiguration: { driver: 'local', driverOpts: { o: canaries.driverOption } } },
    { name: 'efs', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: `/${canaries.efsPath}` } },
    {
      name: 'fsx',
      fsxWindowsFileServerVolumeConfiguration: {
        fileSystemId: 'fs-2',
        rootDirectory: '/',
        authorizationConfig: { credentialsParameter: secretArn(canaries.fsxCredentials), domain: 'corp' },
      },
    },
    { name: 'host', host: { sourcePath: `/${canaries.hostPath}` } },
  ],
  tags: [{ key: 'owner', value: canaries.tag }],
} as const;

/** The same account, with secrets in every definition. */
export function withCanaries(account: Pick<AccountBuilder, 'file'>): AccountFile {
  const file = account.file();
  return {
    ...file,
    taskDefinitions: (file.taskDefinitions ?? []).map((entry) => ({ ...entry, ...secretDefinition })),
  };
}

/** Finds canaries even where they are wrapped or encoded. @returns their places */
export function foundIn(text: string, { tags = false } = {}): string[] {
  const plain = text.replaceAll(/\\?\s|\\n/g, '');
  return Object.entries(canaries).flatMap(([place, canary]) => {
    if (place === 'tag' && tags) return [];
    const half = canary.slice(0, -4);
    const forms = [half, Buffer.from(canary).toString('base64').slice(4, -6), encodeURIComponent(half)];
    return forms.some((form) => plain.includes(form)) ? [place] : [];
  });
}

/** Unique texts that a user writes into places that start tasks: a key, a number, a short value, a word of a command, and an
 *  encoded word. */
export const userTexts = ['canaryKey7f3a', '7463920173', 'Zq~', 'canaryWord7f3a', btoa('canaryWord7f3a')] as const;
const [key, digits, short, word, encoded] = userTexts;

const overrides = {
  [key]: { [`${key}.$`]: '$.x', list: [Number(digits), short] },
  containerOverrides: [{ environment: [{ name: key, value: short }], command: ['sh', '-c', `echo ${word}`] }],
  ContainerOverrides: [{ Environment: [{ Name: key, Value: encoded }], Cpu: Number(digits) }],
  Description: `${encoded} {"${key}":${digits}} ${short}`,
};

/** The same account, with these texts in every place where a source reads texts of users. Each place computes its target, so
 *  that the report mentions it. */
export function withUserTexts(account: AccountBuilder): AccountBuilder {
  const run = 'arn:aws:states:::ecs:runTask.sync';
  const expression = `{% $x ? 'web-' & $call('${word}', ${digits}, "${short}") : {'${key}': '${encoded}'} %}`;
  const computes = { Type: 'Task', Resource: run, End: true };
  return account
    .stateMachine('computes', {
      Comment: word,
      StartAt: 'Run',
      States: { Run: { ...computes, Arguments: { TaskDefinition: expression, Overrides: overrides } } },
    })
    .stateMachine('broken', `{"${key}": "${word}", ${digits} ${short}`)
    .schedule('computes', '', {
      Description: word,
      Target: scheduleTarget({
        Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
        Input: JSON.stringify({ taskDefinition: `web-<${key}>`, overrides, startedBy: word, group: word }),
      }),
    })
    .rule('computes', '', {
      Description: word,
      Targets: [
        ruleTarget({
          Id: '1',
          Arn: 'arn:aws:sqs:x',
          Input: JSON.stringify({ overrides, a: revisionArn('web-<x>') }),
        }),
        ruleTarget({
          Id: '2',
          Arn: 'arn:aws:sqs:x',
          InputTransformer: {
            InputPathsMap: { a: '$.a' },
            InputTemplate: `{"${key}": "${revisionArn('web-<a>')} ${word}"}`,
          },
        }),
      ],
    })
    .pipe('sends', 'web:2', {
      Description: word,
      TargetParameters: {
        EcsTaskParameters: { TaskDefinitionArn: revisionArn('web:2'), Group: word },
        InputTemplate: `"${revisionArn('web-<a>')} ${word} ${short}"`,
      },
    })
    .lambda('launch', { [`${key}X`]: short, COMMAND: `run ${revisionArn('web:2')} --password ${word}` })
    .codeDeploy('shop/blue', {
      service: 'prod/web',
      deployments: [
        { description: word, revision: appSpec('web:1') },
        {
          description: word,
          status: 'Ready',
          revision: { revisionType: 'String', string: { content: `{{ ${word} ${short}`, sha256: word } },
        },
      ],
    })
    .stack(
      'shop',
      { Web: 'web:2' },
      {
        Description: word,
        Parameters: [{ ParameterKey: 'Free', ParameterValue: JSON.stringify(overrides) }],
      },
    );
}

/** Finds these texts even where they are wrapped. */
export function userTextsIn(text: string): string[] {
  const plain = text.replaceAll(/\\?\s|\\n/g, '');
  return userTexts.filter((one) => plain.includes(one));
}
