// The policies of a role as permissions.yml has them, and with them what a stage's `searchResources` lets it search: nothing
// where the stage names nothing. A variable of the framework cannot leave a statement out, so that it is done here.

/** What each kind of ARN permits. A bucket's name and a parameter's account are written out: a role is not given all of them. */
const kinds = [
  { Sid: 'ListSearchedBuckets', Action: 's3:ListBucket', of: /^arn:[\w-]+:s3:::[a-z0-9.-]+$/ },
  { Sid: 'ReadSearchedObjects', Action: 's3:GetObject', of: /^arn:[\w-]+:s3:::[a-z0-9.-]+\/.+$/ },
  {
    Sid: 'ReadSearchedParameters',
    Action: 'ssm:GetParametersByPath',
    of: /^arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter\/.*$/,
  },
];
const allowed =
  'arn:aws:s3:::bucket, arn:aws:s3:::bucket/prefix/* or arn:aws:ssm:REGION:ACCOUNT:parameter/path/*';

function statementsFor(given) {
  const arns = (Array.isArray(given) ? given : String(given ?? '').split(','))
    .map((arn) => (typeof arn === 'string' ? arn.trim() : arn))
    .filter((arn) => arn !== '');
  for (const arn of arns)
    if (typeof arn !== 'string' || !kinds.some(({ of }) => of.test(arn)))
      throw new Error(`searchResources: given ${JSON.stringify(arn)}, allowed: ${allowed}`);
  return kinds
    .map(({ Sid, Action, of }) => ({
      Sid,
      Effect: 'Allow',
      Action,
      Resource: arns.filter((arn) => of.test(arn)),
    }))
    .filter(({ Resource }) => Resource.length > 0);
}

async function policiesOf(role, { resolveVariable }) {
  const [read, ...others] = await resolveVariable(`file(infra/permissions.yml):${role}`);
  const Statement = statementsFor(await resolveVariable('param:searchResources'));
  const search = { PolicyName: 'search', PolicyDocument: { Version: '2012-10-17', Statement } };
  return Statement.length === 0 ? [read, ...others] : [read, search, ...others];
}

module.exports.prune = async (serverless) =>
  policiesOf(await serverless.resolveVariable('self:custom.mode.permissions'), serverless);
module.exports.preview = (serverless) => policiesOf('preview', serverless);
