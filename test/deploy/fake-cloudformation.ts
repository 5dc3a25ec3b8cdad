// A small CloudFormation, S3, STS and Lambda on this machine, with what `osls deploy` and `osls remove` call. It keeps one stack: a
// change set that is executed becomes the stack. Like CloudFormation, it refuses parameters that a template does not declare.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { escapeXml } from '../../sandbox/protocols/query.ts';

export const BUCKET = 'ecs-revision-pruner-prod-serverlessdeploymentbucket-1';
const stackId = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/ecs-revision-pruner-prod/1';

export const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
export interface ChangeSet {
  readonly type: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export class FakeCloudFormation {
  /** The names of all calls, in order. */
  readonly calls: string[] = [];
  readonly objects = new Map<string, { body: Buffer; hash: string; modified: Date }>();
  readonly created: ChangeSet[] = [];
  readonly executed: ChangeSet[] = [];
  private stack: ChangeSet | undefined;
  private pending: ChangeSet | undefined;
  private functionsModified = new Date(0);
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.answer(request).then(
        ({ status = 200, headers = {}, body = '' }) => response.writeHead(status, headers).end(body),
        (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          const code = error instanceof Refusal ? 'ValidationError' : 'InternalFailure';
          response.writeHead(400, { 'content-type': 'text/xml' }).end(errorXml(code, message));
        },
      );
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.headers['x-amz-target']?.toString().endsWith('.DescribeRepositories') === true)
      return { status: 400, body: '{"__type":"RepositoryNotFoundException","message":"none"}' };
    if (request.method === 'POST' && url.pathname === '/') {
      const form = new URLSearchParams(await text(request));
      const action = form.get('Action') ?? '';
      this.calls.push(action);
      const result = this.act(action, form);
      const xml = `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
      return { headers: { 'content-type': 'text/xml' }, body: xml };
    }
    if (url.pathname.startsWith('/2015-03-31/functions/')) return this.getFunction();
    return this.store(request, url);
  }

  private act(action: string, form: URLSearchParams): string {
    switch (action) {
      case 'GetCallerIdentity':
        return '<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/deployer</Arn><UserId>U</UserId>';
      case 'DescribeStacks':
        return `<Stacks><member>${this.stackXml()}</member></Stacks>`;
      case 'DescribeStackResource':
        this.stackXml();
        return `<StackResourceDetail><PhysicalResourceId>${BUCKET}</PhysicalResourceId></StackResourceDetail>`;
      case 'CreateChangeSet':
        this.createChangeSet(form);
        return `<Id>change-set</Id><StackId>${stackId}</StackId>`;
      case 'DescribeChangeSet':
        return `<Status>CREATE_COMPLETE</Status><StackId>${stackId}</StackId><ChangeSetName>c</ChangeSetName>`;
      case 'ExecuteChangeSet':
        this.executeChangeSet();
        return '';
      case 'DeleteChangeSet':
        this.pending = undefined;
        return '';
      case 'DescribeStackEvents':
        return `<StackEvents>${this.eventsXml()}</StackEvents>`;
      case 'ValidateTemplate':
        templateSchema.parse(JSON.parse(this.templateOf(form)));
        return '';
      case 'DeleteStack':
        this.stack = undefined;
        return '';
      case 'ListExports':
      case 'ListStackResources':
        return '';
      default:
        throw new Error(`${action} is not in this fake`);
    }
  }

  private createChangeSet(form: URLSearchParams): void {
    const type = form.get('ChangeSetType') ?? '';
    if (type === 'UPDATE') this.stackXml();
    const template = this.templateOf(form);
    const parameters: Record<string, string> = {};
    for (let n = 1; form.has(`Parameters.member.${n}.ParameterKey`); n++)
      parameters[form.get(`Parameters.member.${n}.ParameterKey`) ?? ''] =
        form.get(`Parameters.member.${n}.ParameterValue`) ?? '';
    const { Parameters } = templateSchema.parse(JSON.parse(template));
    const unknown = Object.keys(parameters).filter((name) => !(name in Parameters));
    if (unknown.length > 0) throw new Refusal(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
    const missing = Object.keys(Parameters).filter(
      (name) => Parameters[name]?.Default === undefined && !(name in parameters),
    );
    if (missing.length > 0) throw new Refusal(`Parameters: [${missing.join(', ')}] must have values`);
    this.pending = { type, template, parameters };
    this.created.push(this.pending);
  }

  private executeChangeSet(): void {
    if (this.pending === undefined) throw new Refusal('ChangeSet does not exist');
    this.stack = this.pending;
    this.executed.push(this.pending);
    this.functionsModified = new Date(Date.now() + 60_000);
  }

  /** A template in the request, or at its address in S3, which names the bucket and the key. */
  private templateOf(form: URLSearchParams): string {
    const body = form.get('TemplateBody');
    if (body !== null) return body;
    const path = new URL(form.get('TemplateURL') ?? '').pathname.slice(1);
    const object = this.objects.get(decodeURIComponent(path));
    if (object === undefined) throw new Refusal(`S3 error: The specified key does not exist: ${path}`);
    return object.body.toString();
  }

  private stackXml(): string {
    if (this.stack === undefined) throw new Refusal('Stack with id ecs-revision-pruner-prod does not exist');
    return `<StackName>ecs-revision-pruner-prod</StackName><StackId>${stackId}</StackId>
      <StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime>
      <Outputs><member><OutputKey>ServerlessDeploymentBucketName</OutputKey><OutputValue>${BUCKET}</OutputValue></member></Outputs>`;
  }

  /** Newest first: the last operation, which has ended. */
  private eventsXml(): string {
    if (this.stack === undefined) this.stackXml();
    const operation = this.stack?.type ?? '';
    const events = [`${operation}_COMPLETE`, `${operation}_IN_PROGRESS`].map(
      (status) => `<member><EventId>${this.executed.length}-${status}</EventId><StackId>${stackId}</StackId>
        <StackName>s</StackName><LogicalResourceId>s</LogicalResourceId><ResourceType>AWS::CloudFormation::Stack</ResourceType>
        <ResourceStatus>${status}</ResourceStatus><Timestamp>2026-01-01T00:00:00Z</Timestamp></member>`,
    );
    return events.join('');
  }

  private getFunction(): Answer {
    this.calls.push('GetFunction');
    const hasFunctions = this.stack?.template.includes('AWS::Lambda::Function') === true;
    if (!hasFunctions)
      return { status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' }, body: '{"Message":"none"}' };
    return { body: JSON.stringify({ Configuration: { LastModified: this.functionsModified.toISOString() } }) };
  }

  private async store(request: IncomingMessage, url: URL): Promise<Answer> {
    const path = decodeURIComponent(url.pathname.slice(1));
    const [bucket = '', ...key] = path.split('/');
    const chunks = [];
    for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
    const isList = request.method === 'GET' && url.searchParams.has('list-type');
    this.calls.push(`${isList ? 'LIST' : (request.method ?? '')} ${key.length === 0 ? bucket : 'object'}`);
    if (request.method === 'PUT') {
      const hash = z.string().parse(request.headers['x-amz-meta-filesha256']);
      this.objects.set(path, { body: Buffer.concat(chunks), hash, modified: new Date() });
      return { headers: { etag: '"1"' } };
    }
    if (isList)
      return { headers: { 'content-type': 'text/xml' }, body: this.listXml(url.searchParams.get('prefix') ?? '') };
    if (request.method === 'POST' && url.searchParams.has('delete')) {
      this.objects.clear();
      return { headers: { 'content-type': 'text/xml' }, body: '<DeleteResult></DeleteResult>' };
    }
    const object = this.objects.get(path);
    if (request.method === 'HEAD' && object !== undefined)
      return { headers: { 'x-amz-meta-filesha256': object.hash, 'last-modified': object.modified.toUTCString() } };
    return { status: bucket === BUCKET && key.join('') === '' ? 200 : 404 };
  }

  private listXml(prefix: string): string {
    const keys = [...this.objects].flatMap(([path, { modified }]) => {
      const key = path.slice(BUCKET.length + 1);
      return key.startsWith(prefix) ? [{ key, modified }] : [];
    });
    const contents = keys.map(
      ({ key, modified }) =>
        `<Contents><Key>${escapeXml(key)}</Key><LastModified>${modified.toISOString()}</LastModified></Contents>`,
    );
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
  }
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What CloudFormation calls a ValidationError. */
class Refusal extends Error {}

function errorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`;
}
