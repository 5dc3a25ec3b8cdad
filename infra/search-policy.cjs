// Adds statements for the `searchResources` of a stage to the policies of a role. It is code, because a variable of the
// framework cannot leave a statement out.

/** The action for each kind of ARN. Bucket names and accounts have no wildcards, so no role gets all of them. */
const kinds = [
  { Sid: 'ListSearchedBuckets', Action: 's3:ListBucket', of: /^arn:[\w-]+:s3:::[a-z0-9.-]+$/ },
  { Sid: 'ReadSearchedObjects', Action: 's3:GetObject', of: /^arn:[\w-]+:s3:::[a-z0-9.-]+\/.+$/ },
  {
    Sid: 'ReadSearchedParameters',
    Action: 'ssm:GetParametersByPath',
    of: /^arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter\/.*$/,
  },
];
const allowed = 'arn:aws:s3:::bucket, arn:aws:s3:::bucket/prefix/* or arn:aws:ssm:REGION:ACCOUNT:parameter/path/*';

/**
 * @param {unknown} given a list, or a text with commas
 * @returns {string[]}
 */
function arnsIn(given) {
  /** @type {unknown[]} */
  const entries = typeof given === 'string' ? given.split(',') : [given ?? []].flat();
  return entries.flatMap((entry) => {
    const arn = typeof entry === 'string' ? entry.trim() : JSON.stringify(entry);
    if (arn === '' || kinds.some(({ of }) => of.test(arn))) return arn === '' ? [] : [arn];
    throw new Error(`searchResources: given "${arn}", allowed: ${allowed}`);
  });
}

/**
 * @param {string} role
 * @param {{ resolveVariable: (name: string) => Promise<unknown> }} serverless
 * @returns {Promise<unknown[]>}
 */
async function policiesOf(role, { resolveVariable }) {
  const policies = await resolveVariable(`file(infra/permissions.yml):${role}`);
  const arns = arnsIn(await resolveVariable('param:searchResources'));
  const Statement = kinds
    .map(({ Sid, Action, of }) => ({
      Sid,
      Effect: 'Allow',
      Action,
      Resource: arns.filter((arn) => of.test(arn)),
    }))
    .filter(({ Resource }) => Resource.length > 0);
  const search = { PolicyName: 'search', PolicyDocument: { Version: '2012-10-17', Statement } };
  const [read, ...others] = [policies].flat();
  return Statement.length === 0 ? [read, ...others] : [read, search, ...others];
}

/** @param {{ resolveVariable: (name: string) => Promise<unknown> }} serverless */
module.exports.prune = async (serverless) =>
  policiesOf(String(await serverless.resolveVariable('self:custom.mode.permissions')), serverless);

/** @param {{ resolveVariable: (name: string) => Promise<unknown> }} serverless */
module.exports.preview = async (serverless) => policiesOf('preview', serverless);
