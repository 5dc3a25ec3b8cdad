// Laws that hold for every account and every policy. Each law is computed from the evidence and not from the rules, because
// a wrong rule must not make its law wrong too.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Evidence, problemsIn, type Reference, type Rollout } from '../../shared/domain/evidence.ts';
import { decide } from '../../shared/plan/decide.ts';
import { candidatesWithoutAge } from '../../shared/observe/ages-wanted.ts';
import type { Policy } from '../../shared/plan/policy.ts';
import { type Plan, verdictsOf, withVerdict } from '../../shared/plan/verdict.ts';
import { nameOf, numbersIn, type Revision } from '../../shared/domain/revision.ts';
import { aFinding, anAccount, anAgeingAccount, aPolicy } from '../support/arbitrary.ts';
import { denied, reading } from '../support/given.ts';

const seeded = { seed: 20_261_124, numRuns: 300 };

function everywhere(law: (evidence: Evidence, policy: Policy, plan: Plan) => void): void {
  fc.assert(
    fc.property(anAccount, aPolicy, (evidence, policy) => {
      law(evidence, policy, decide(evidence, policy));
    }),
    seeded,
  );
}

describe('every verdict', () => {
  test('every ACTIVE revision gets exactly one verdict, and nothing else does', () => {
    everywhere((evidence, _, plan) => {
      const judged = plan.families.flatMap(({ family, spans }) =>
        spans.flatMap(({ ranges }) => [...numbersIn(ranges)].map((number) => nameOf({ family, number }))),
      );
      expect(judged.toSorted()).toEqual(active(evidence).map(nameOf).toSorted());
    });
  });

  test('the run deregisters exactly the revisions with that verdict, each once', () => {
    everywhere((_, __, plan) => {
      const verdicts = withVerdict(plan, 'deregister').flatMap(({ family, ranges }) =>
        [...numbersIn(ranges)].map((number) => nameOf({ family, number })),
      );
      expect(plan.toDeregister.map(nameOf).toSorted()).toEqual(verdicts.toSorted());
    });
  });

  test('a revision is deregistered or deferred when no law keeps it and no problem holds it', () => {
    everywhere((evidence, policy, plan) => {
      if (problemsIn(evidence).length > 0) return;
      const free = active(evidence).filter(
        (revision) =>
          !isReferenced(revision, evidence) &&
          !isInADeployment(revision, evidence) &&
          !isAmongTheLatest(revision, evidence, policy) &&
          newerThan(revision, evidence) >= 1 &&
          !isProtected(revision, evidence, policy) &&
          !isLatelyUsed(revision, evidence, policy) &&
          isKnownToBeOld(revision, evidence, policy),
      );
      expect([...deregisteredOrDeferred(plan)].toSorted()).toEqual(free.map(nameOf).toSorted());
    });
  });
});

describe('the plan never deregisters or defers', () => {
  test.each<{ what: string; is: (revision: Revision, evidence: Evidence, policy: Policy) => boolean }>([
    { what: 'a referenced revision', is: isReferenced },
    { what: 'a revision that a deployment in progress may use', is: isInADeployment },
    { what: 'the newest revision of a family', is: (revision, evidence) => newerThan(revision, evidence) === 0 },
    {
      what: 'the newest N revisions',
      is: (revision, evidence, policy) => newerThan(revision, evidence) < policy.of(revision.family).keepLatest,
    },
    { what: 'the newest N revisions that are known to be old', is: isAmongTheLatest },
    { what: 'a revision that a tag or its family protects', is: isProtected },
    { what: 'a revision that was used lately, or may have been', is: isLatelyUsed },
    {
      what: 'a revision that is young or of unknown age',
      is: (revision, evidence, policy) => !isKnownToBeOld(revision, evidence, policy),
    },
    {
      what: 'any revision when a part of the account was not read',
      is: (_, evidence) => problemsIn(evidence).length > 0,
    },
  ])('$what', ({ is }) => {
    let met = 0;
    everywhere((evidence, policy, plan) => {
      const gone = deregisteredOrDeferred(plan);
      const concerned = active(evidence).filter((revision) => is(revision, evidence, policy));
      met += concerned.length;
      expect(concerned.map(nameOf).filter((name) => gone.has(name))).toEqual([]);
    });
    expect(met).toBeGreaterThan(100);
  });
});

describe('more evidence never deregisters more', () => {
  const more: { what: string; change: fc.Arbitrary<(evidence: Evidence) => Evidence> }[] = [
    {
      what: 'another reference or deployment',
      change: aFinding.map((finding) => (evidence) => ({
        ...evidence,
        readings: [...evidence.readings, reading('more', [finding])],
      })),
    },
    {
      what: 'another problem',
      change: fc.constant((evidence) => ({
        ...evidence,
        readings: [...evidence.readings, reading('more', [], [denied])],
      })),
    },
    {
      what: 'another tag',
      change: fc
        .tuple(fc.constantFrom('web', 'api'), fc.integer({ min: 1, max: 12 }))
        .map(([family, number]) => (evidence) => ({
          ...evidence,
          tagged: new Map([
            ...evidence.tagged,
            [family, new Map([...(evidence.tagged.get(family) ?? []), [number, 'keep']])],
          ]),
        })),
    },
    {
      what: 'another use, or a shorter history of use',
      change: fc.constantFrom('web', 'api').map((family) => ({ usage, ...evidence }) => {
        if (usage === undefined) return { ...evidence, usage };
        const lastUsed = new Map([
          ...usage.lastUsed,
          [family, new Map([...(usage.lastUsed.get(family) ?? []), [3, evidence.asOf]])],
        ]);
        return { ...evidence, usage: { ...usage, lastUsed, coveredSince: usage.coveredSince + 86_400_000 } };
      }),
    },
    {
      what: 'a younger age',
      change: fc.constantFrom('web', 'api').map((family) => (evidence) => {
        const known = evidence.ages.get(family);
        if (known === undefined) return evidence;
        const oldUpto = Math.max(0, known.oldUpto - 1);
        return { ...evidence, ages: new Map([...evidence.ages, [family, { ...known, oldUpto }]]) };
      }),
    },
  ];

  test.each(more)('$what', ({ change }) => {
    fc.assert(
      fc.property(anAccount, aPolicy, change, (evidence, policy, changed) => {
        const before = deregisteredOrDeferred(decide(evidence, policy));
        const after = deregisteredOrDeferred(decide(changed(evidence), policy));
        expect([...after].filter((name) => !before.has(name))).toEqual([]);
      }),
      seeded,
    );
  });
});

test('without minAgeDays keepLatest counts all revisions', () => {
  everywhere((evidence, policy) => {
    const ageless = { ...policy, of: (family: string) => ({ ...policy.of(family), minAgeDays: 0 }) };
    const stays = active(evidence).filter(
      (revision) => newerThan(revision, evidence) < ageless.of(revision.family).keepLatest,
    );
    const verdicts = verdictsOf(decide(evidence, ageless));
    const kept = active(evidence).filter((revision) => {
      const verdict = verdicts(revision);
      return verdict?.verdict === 'keep' && verdict.reasons.some(({ rule }) => rule === 'keep-latest');
    });
    expect(kept.map(nameOf)).toEqual(stays.map(nameOf));
  });
});

test('a new registration causes no further deregistration', () => {
  everywhere((evidence, policy) => {
    const aged = { ...policy, of: (family: string) => ({ ...policy.of(family), minAgeDays: 30 }) };
    const before = deregisteredOrDeferred(decide(evidence, aged));
    const inventory = new Map(
      Array.from(evidence.inventory, ([family, ranges]) => [family, [...ranges, { from: 90, upto: 94 }]]),
    );
    // A floating reference now resolves to the new revision.
    const named = evidence.readings.map((one) => ({
      ...one,
      findings: one.findings.filter((finding) => finding.kind !== 'reference' || finding.target.kind !== 'floating'),
    }));
    const sound = { ...evidence, readings: named };
    const pushed = [...deregisteredOrDeferred(decide({ ...sound, inventory }, aged))].filter(
      (name) => !deregisteredOrDeferred(decide(sound, aged)).has(name),
    );
    // The only exceptions are former newest revisions: their age was not requested, and the known ages count them as old.
    const unasked = pushed.filter((name) => !before.has(name));
    const counted = unasked.filter((name) => {
      const [family = '', number = ''] = name.split(':');
      return isAmongTheLatest({ family, number: Number(number) }, evidence, aged);
    });
    expect(counted).toEqual([]);
  });
});

test('the run deregisters as many as the cap allows, oldest of each family first', () => {
  everywhere((evidence, policy, plan) => {
    const cap = policy.maxDeregistrations;
    expect(plan.toDeregister.length).toBe(
      problemsIn(evidence).length > 0 ? 0 : Math.min(cap, deregisteredOrDeferred(plan).size),
    );
    const oldestLeft = new Map(withVerdict(plan, 'deferred').map(({ family, ranges }) => [family, ranges[0]?.from]));
    const outOfTurn = plan.toDeregister.filter(({ family, number }) => number > (oldestLeft.get(family) ?? Infinity));
    expect(outOfTurn).toEqual([]);
  });
});

test('the order of reading does not change the decision', () => {
  fc.assert(
    fc.property(anAccount, aPolicy, (evidence, policy) => {
      const readings = evidence.readings.map((one) => ({ ...one, findings: one.findings.toReversed() }));
      const inventory = new Map([...evidence.inventory].toReversed());
      const [plan, other] = [evidence, { ...evidence, inventory, readings: readings.toReversed() }].map((one) =>
        decide(one, policy),
      );
      expect(other?.toDeregister).toEqual(plan?.toDeregister);
      expect(rulesBy(other)).toEqual(rulesBy(plan));
    }),
    seeded,
  );
});

test('an age is requested exactly where it alone decides', () => {
  everywhere((evidence, policy) => {
    const sound = { ...evidence, readings: evidence.readings.map((one) => ({ ...one, problems: [] })) };
    const aged = (ages: Evidence['ages']) => deregisteredOrDeferred(decide({ ...sound, ages }, policy));
    const young = aged(new Map());
    const old = aged(
      new Map([...evidence.inventory.keys()].map((family) => [family, { oldUpto: Infinity, youngFrom: Infinity }])),
    );
    const asked = [...candidatesWithoutAge(sound, policy)].flatMap(([family, ranges]) =>
      Array.from(numbersIn(ranges), (number) => nameOf({ family, number })),
    );
    expect(asked.toSorted()).toEqual([...old].filter((name) => !young.has(name)).toSorted());
  });
});

describe('a retired family', () => {
  const retiring = aPolicy.map((policy) => ({
    ...policy,
    retireFamiliesAfterDays: 90,
    unresolvedReferences: 'report' as const,
  }));
  const ageing = (law: (evidence: Evidence, policy: Policy, plan: Plan) => void) =>
    fc.assert(
      fc.property(anAgeingAccount, retiring, (evidence, policy) => {
        law(evidence, policy, decide(evidence, policy));
      }),
      seeded,
    );

  test('does not exist while a reference, rollout, use or registration is recent', () => {
    let [alive, retired] = [0, 0];
    ageing((evidence, _, plan) => {
      for (const { family, newest, isRetired } of plan.families) {
        if (isRetired === true) retired++;
        if (!isAlive(family, evidence)) continue;
        alive++;
        expect(isRetired).toBeUndefined();
        expect(deregisteredOrDeferred(plan).has(nameOf({ family, number: newest }))).toBe(false);
      }
    });
    expect(alive).toBeGreaterThan(100);
    expect(retired).toBeGreaterThan(20);
  });

  test('is deregistered completely unless another reason keeps a revision', () => {
    ageing((_, __, plan) => {
      const kept = plan.families
        .filter(({ isRetired }) => isRetired === true)
        .flatMap(({ spans }) => spans.map(({ verdict }) => verdict))
        .flatMap((verdict) => (verdict.verdict === 'keep' ? [verdict.reasons.map(({ rule }) => rule)] : []));
      expect(kept.filter((rules) => rules.includes('newest') || rules.includes('keep-latest'))).toEqual([]);
    });
  });

  test('does not change what other families deregister', () => {
    ageing((evidence, policy, plan) => {
      const without = deregisteredOrDeferred(decide(evidence, { ...policy, retireFamiliesAfterDays: 0 }));
      const retired = new Set(plan.families.filter((one) => one.isRetired === true).map(({ family }) => family));
      const more = [...deregisteredOrDeferred(plan)].filter((name) => !without.has(name));
      expect(more.filter((name) => !retired.has(name.split(':')[0] ?? ''))).toEqual([]);
      expect([...without].filter((name) => !deregisteredOrDeferred(plan).has(name))).toEqual([]);
    });
  });

  test('never appears because of more evidence', () => {
    const days = fc.integer({ min: 0, max: 95 });
    const more = fc.tuple(aFinding, fc.constantFrom('web', 'api', 'web-admin'), days, fc.boolean());
    fc.assert(
      fc.property(anAgeingAccount, retiring, more, (evidence, policy, [finding, family, daysAgo, shorter]) => {
        const before = deregisteredOrDeferred(decide(evidence, policy));
        const { usage } = evidence;
        const at = evidence.asOf - daysAgo * DAY;
        const lastUsed = new Map(usage?.lastUsed).set(
          family,
          new Map([...(usage?.lastUsed.get(family) ?? []), [11, at]]),
        );
        const changed: Evidence = {
          ...evidence,
          usage:
            usage === undefined
              ? undefined
              : { ...usage, lastUsed, coveredSince: usage.coveredSince + (shorter ? 15 * DAY : 0) },
          readings: [...evidence.readings, reading('more', [finding])],
        };
        // A later use of the same revision is more evidence; an earlier use is different evidence.
        if ((usage?.lastUsed.get(family)?.get(11) ?? -Infinity) > at) return;
        const after = deregisteredOrDeferred(decide(changed, policy));
        expect([...after].filter((name) => !before.has(name))).toEqual([]);
      }),
      seeded,
    );
  });
});

/** Whether the evidence shows any use of the family within ninety days, or is incomplete. */
function isAlive(family: string, evidence: Evidence): boolean {
  const since = evidence.asOf - 90 * DAY;
  const numbers = new Set(active(evidence).flatMap((one) => (one.family === family ? [one.number] : [])));
  const signs = findings(evidence).some((finding) => {
    switch (finding.kind) {
      case 'reference':
        return (
          finding.target.family === family &&
          (finding.target.kind === 'floating' || numbers.has(finding.target.number) || finding.relation !== 'starts')
        );
      case 'rollout':
        return finding.lowest.some((one) => one.family === family);
      case 'used':
        return finding.revision.family === family && finding.at >= since;
      case 'unresolved': {
        const [begins = '', ends = ''] = finding.resolvesTo.kind === 'pattern' ? finding.resolvesTo.parts : [];
        // The text before or after the colon.
        return family.startsWith(begins) && (family.endsWith(ends) || ends === '');
      }
      case 'ends':
      case 'unchecked':
        return false;
    }
  });
  const { usage } = evidence;
  const wasUsed = [...(usage?.lastUsed.get(family)?.values() ?? [])].some((at) => at >= since);
  const isKnown = usage !== undefined && usage.coveredSince <= since + 2 * 3_600_000;
  const newestAt = evidence.ages.get(family)?.newestAt;
  return signs || wasUsed || !isKnown || newestAt === undefined || newestAt >= since;
}

function active({ inventory }: Evidence): Revision[] {
  return [...inventory].flatMap(([family, ranges]) => [...numbersIn(ranges)].map((number) => ({ family, number })));
}

/** Revisions that are deregistered or deferred. */
function deregisteredOrDeferred(plan: Plan): Set<string> {
  const spans = [...withVerdict(plan, 'deregister'), ...withVerdict(plan, 'deferred')];
  return new Set(
    spans.flatMap(({ family, ranges }) => [...numbersIn(ranges)].map((number) => nameOf({ family, number }))),
  );
}

function newerThan({ family, number }: Revision, evidence: Evidence): number {
  return active(evidence).filter((other) => other.family === family && other.number > number).length;
}

/** Whether fewer than N newer revisions count. A revision that its age keeps, or may keep, does not count. */
function isAmongTheLatest({ family, number }: Revision, evidence: Evidence, policy: Policy): boolean {
  const { keepLatest } = policy.of(family);
  const newer = active(evidence).filter((other) => other.family === family && other.number > number);
  const counted = newer.filter((other) => isKnownToBeOld(other, evidence, policy));
  return newer.length < keepLatest || counted.length < keepLatest;
}

function findings(evidence: Evidence) {
  return evidence.readings.flatMap((one) => one.findings);
}

function isReferenced(revision: Revision, evidence: Evidence): boolean {
  return findings(evidence)
    .filter((finding): finding is Reference => finding.kind === 'reference')
    .some(({ target }) =>
      target.kind === 'floating'
        ? target.family === revision.family && newerThan(revision, evidence) === 0
        : nameOf(target) === nameOf(revision),
    );
}

function isInADeployment({ family, number }: Revision, evidence: Evidence): boolean {
  return findings(evidence)
    .filter((finding): finding is Rollout => finding.kind === 'rollout')
    .some(({ lowest }) => lowest.some((low) => low.family === family && low.number <= number));
}

function isProtected({ family, number }: Revision, { tagged }: Evidence, policy: Policy): boolean {
  return policy.of(family).protectedBy !== undefined || tagged.get(family)?.has(number) === true;
}

const DAY = 86_400_000;

function isLatelyUsed(revision: Revision, evidence: Evidence, { usedWithinDays }: Policy): boolean {
  if (usedWithinDays === 0) return false;
  const since = evidence.asOf - usedWithinDays * DAY;
  const { usage } = evidence;
  const inHistory = usage?.lastUsed.get(revision.family)?.get(revision.number);
  return (
    (usage !== undefined && usage.coveredSince > since) ||
    (inHistory !== undefined && inHistory >= since) ||
    findings(evidence).some(
      (finding) => finding.kind === 'used' && nameOf(finding.revision) === nameOf(revision) && finding.at >= since,
    )
  );
}

function isKnownToBeOld({ family, number }: Revision, { ages }: Evidence, policy: Policy): boolean {
  return policy.of(family).minAgeDays === 0 || number <= (ages.get(family)?.oldUpto ?? 0);
}

/** Each revision with its verdict and rules. The first referrer in a reason depends on the order of reading. */
function rulesBy(plan: Plan | undefined): string[] {
  return (plan?.families ?? []).flatMap(({ family, spans }) =>
    spans.flatMap(({ ranges, verdict }) =>
      [...numbersIn(ranges)].map((number) => {
        const why = verdict.verdict === 'keep' ? verdict.reasons.map(({ rule }) => rule).join() : '';
        return `${nameOf({ family, number })} ${verdict.verdict} ${why}`;
      }),
    ),
  );
}
