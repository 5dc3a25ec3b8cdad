// Rule `protected`: keeps a revision by its family's name, by a tag, by the principal that registered it, or because an AWS
// service registers revisions for itself in the family.
import { awsFamily, registrarGlob } from '../../domain/registrar.ts';
import { around, type Rule } from './rule.ts';

export const protectedByName = {
  name: 'protected',
  description:
    'The settings protect its family, its family is not on the allow-list, it has a protecting tag, a principal of protectRegisteredBy registered it, or an AWS service such as AWS Batch registered it for itself.',
  frees: 'no setting, tag or registrar protected it any more',
  changesAt: ({ tagged, registeredBy }) => around([...tagged.keys(), ...registeredBy.keys()]),
  why({ number }, { family, policy, tagged, ages, registeredBy, protectRegisteredBy }) {
    if (policy.protectedBy !== undefined) return { rule: 'protected' as const, text: policy.protectedBy };
    if (ages?.byAws !== undefined) return { rule: 'protected' as const, text: `registered by ${ages.byAws}` };
    const maker = awsFamily(family);
    if (maker !== undefined) return { rule: 'protected' as const, text: `named as ${maker} names what it makes` };
    const registrar = registrarGlob(registeredBy.get(number), protectRegisteredBy);
    if (registrar !== undefined) return { rule: 'protected' as const, text: `registered by ${registrar}` };
    const tag = tagged.get(number);
    return tag === undefined ? undefined : { rule: 'protected' as const, text: `tagged ${tag}` };
  },
} satisfies Rule;
