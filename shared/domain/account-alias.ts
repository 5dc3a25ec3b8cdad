/** As IAM allows them. Anything else comes from another server or a hostile account, and would be printed in the subject of a
 *  mail. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
const ALIAS = /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/;

export function isAccountAlias(text: string): boolean {
  return ALIAS.test(text);
}
