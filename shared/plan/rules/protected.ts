// `protected`: a person said so, by a family pattern, by leaving the family out of the allow-list, or by a tag; by who registered it;
// or an AWS service registers its own revisions in the family.
import { awsFamily, registrarGlob } from '../../domain/registrar.ts';
import type { Rule } from './rule.ts';

export const protectedByName = {
  name: 'protected',
  what: 'The settings protect its family, its family is not on the allow-list, it carries a protecting tag, a principal of protectRegisteredBy registered it, or an AWS service such as Batch did for itself.',
  frees: 'no setting, no tag and nobody who registered it protected it any more',
  why({ number }, { family, policy, tagged, ages, registeredBy, protectRegisteredBy }) {
    if (policy.protectedBy !== undefined) return { rule: 'protected' as const, says: policy.protectedBy };
    if (ages?.byAws !== undefined) return { rule: 'protected' as const, says: `registered by ${ages.byAws}` };
    const maker = awsFamily(family);
    if (maker !== undefined)
      return { rule: 'protected' as const, says: `named as ${maker} names what it makes` };
    const registrar = registrarGlob(registeredBy.get(number), protectRegisteredBy);
    if (registrar !== undefined) return { rule: 'protected' as const, says: `registered by ${registrar}` };
    const tag = tagged.get(number);
    return tag === undefined ? undefined : { rule: 'protected' as const, says: `tagged ${tag}` };
  },
} satisfies Rule;
