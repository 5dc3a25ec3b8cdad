// What an unknown naming holds. Something will start a revision that nobody can tell yet: the families that it could mean
// stay as they are, and where it could mean any, the run does, unless the settings accept it and usage covers for it.
import type { Evidence, Fault, Unknown } from '../evidence.ts';

const DAY_MS = 86_400_000;

export interface UnknownPolicy {
  readonly usedWithinDays: number;
  /** What a naming that could mean any family does: hold the run, or stand in the report. */
  readonly unknownReferences: 'hold' | 'report';
}

/** Of what is deployed to services, only those that exist count. */
export function unknownIn({ readings, missingServices }: Evidence): Unknown[] {
  return allUnknown(readings).flatMap((one): Unknown[] => {
    const { means } = one;
    if (means.kind !== 'services' || means.services.length === 0) return [one];
    const services = means.services.filter((service) => missingServices?.has(service) !== true);
    return services.length === 0 ? [] : [{ ...one, means: { ...means, services } }];
  });
}

/** What is deployed to services none of which exists any more: nothing can come of it, so it holds nothing. */
export function leftOver({ readings, missingServices = new Set() }: Evidence): Unknown[] {
  return allUnknown(readings).filter(
    ({ means }) =>
      means.kind === 'services' &&
      means.services.length > 0 &&
      means.services.every((service) => missingServices.has(service)),
  );
}

function allUnknown(readings: Evidence['readings']): Unknown[] {
  return readings.flatMap(({ findings }) => findings).filter((finding) => finding.kind === 'unknown');
}

/** Whether it could mean this family; one that could mean any is not this family's affair, but the run's.
 *  @param deployedBy the families that a service names */
export function couldMean(
  { means }: Unknown,
  family: string,
  deployedBy: (service: string) => ReadonlySet<string>,
): boolean {
  switch (means.kind) {
    case 'family':
      return means.family === family;
    case 'prefix':
      return family.startsWith(means.prefix);
    case 'services':
      return means.services.some((service) => deployedBy(service).has(family));
    case 'any':
      return false;
  }
}

/** A service that names nothing tells nothing about what it will be given. */
export function couldMeanAny(
  { means }: Unknown,
  deployedBy: (service: string) => ReadonlySet<string>,
): boolean {
  if (means.kind === 'services')
    return means.services.length === 0 || means.services.some((service) => deployedBy(service).size === 0);
  return means.kind === 'any';
}

/** Whether what was really used is known for the whole of the days, so that whoever starts something by an unknown name
 *  has shown what. */
export function isUsageCovered({ usage, asOf }: Evidence, usedWithinDays: number): boolean {
  return usedWithinDays > 0 && usage !== undefined && usage.coveredSince <= asOf - usedWithinDays * DAY_MS;
}

/** As the cause of a hold, in the words that every other cause has. */
export function faultOf({ source, who, says }: Unknown): Fault {
  return {
    part: source,
    kind: 'unknown',
    doing: `understanding ${who}`,
    said: `it ${says}`,
    next: `Let it name a family without a revision, or leave it out, and protect what it starts: \`without: [${who}]\``,
  };
}
