// Lists the principals that may write the state store and read its journal: the role of the nightly function, and the
// `operators` of the stage.

/** The name needs a letter, so no entry matches all principals. IAM Identity Center adds a path. */
const PRINCIPAL = /^arn:[\w-]+:iam::\d{12}:(role|user)\/([\w+=,.@*?-]+\/)*[*?]*[\w+=,.@-][\w+=,.@*?-]*$/;
const allowed =
  'arn:aws:iam::ACCOUNT:role/NAME, with * and ? in the name (the role of an assumed role, never its session)';

/**
 * @param {unknown} given a list, or a text with commas
 * @returns {string[]}
 */
function principalsIn(given) {
  /** @type {unknown[]} */
  const entries = typeof given === 'string' ? given.split(',') : [given ?? []].flat();
  return entries.flatMap((entry) => {
    const arn = typeof entry === 'string' ? entry.trim() : JSON.stringify(entry);
    if (arn === '' || PRINCIPAL.test(arn)) return arn === '' ? [] : [arn];
    throw new Error(`operators: given "${arn}", allowed: ${allowed}`);
  });
}

/**
 * @param {{ resolveVariable: (name: string) => Promise<unknown> }} serverless
 * @returns {Promise<unknown[]>}
 */
module.exports.principals = async ({ resolveVariable }) => [
  { 'Fn::GetAtt': ['PruneRole', 'Arn'] },
  ...principalsIn(await resolveVariable('param:operators')),
];
