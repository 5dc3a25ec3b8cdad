// The principals that may write the state store and read its journal: the nightly function's role, and the roles of operators
// that a stage names in `operators`.

/** The name has a letter of its own, so that no entry means everybody. IAM Identity Center puts a path before it. */
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
